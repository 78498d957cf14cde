import { describe, expect, test } from 'vitest';
import { type Hop, hopOf, nextHop } from './redirect.ts';

const none = new Set<string>();
const https: Hop = hopOf('https://registry.example/ip/1', true);

describe('a redirect', () => {
  test.each([
    ['/other', 'https://registry.example/other', true],
    ['https://other.example/', 'https://other.example/', false],
    ['https://registry.example:8443/', 'https://registry.example:8443/', false],
    ['//other.example/x', 'https://other.example/x', false],
  ])('to %s leads to %s; into an own network: %s', (location, url, mayBeOwn) => {
    const hop = nextHop(https, location, none);
    expect([hop.url.href, hop.mayBeOwn]).toEqual([url, mayBeOwn]);
  });

  test('back to the typed host is no longer trusted once it has left it', () => {
    const away = nextHop(https, 'https://other.example/', none);
    expect(nextHop(away, 'https://registry.example/', none).mayBeOwn).toBe(false);
  });

  test('to a trusted host is trusted', () => {
    expect(nextHop(https, 'https://other.example/', new Set(['other.example'])).mayBeOwn).toBe(true);
  });

  test.each([
    ['http://registry.example/', 'from https to http'],
    ['file:///etc/passwd', 'file: is not asked'],
    ['ftp://other.example/', 'ftp: is not asked'],
    ['https://user:secret@other.example/', 'password'],
    ['https://', 'no URL'],
  ])('to %s is refused', (location, why) => {
    expect(() => nextHop(https, location, none)).toThrow(why);
    expect(() => nextHop(https, location, none)).toThrow(expect.objectContaining({ code: 'net.refused' }));
  });

  test('from http to https is followed', () => {
    const http = hopOf('http://registry.example/', false);
    expect(nextHop(http, 'https://registry.example/', none).url.protocol).toBe('https:');
  });
});

test.each(['nonsense', 'file:///etc/passwd', 'data:text/plain,x', 'https://user:secret@host.example/'])(
  '%s is not asked, whoever names it',
  (text) => {
    expect(() => hopOf(text, true)).toThrow(expect.objectContaining({ code: 'net.refused' }));
  },
);
