import { describe, expect, test } from 'vitest';
import { columnOf, fields } from './fields.ts';
import {
  defaultLayout,
  extendedLayout,
  layoutFromFormat,
  layoutFromHeader,
  layoutFromNames,
} from './layout.ts';

const columns = (layout: { fields: readonly { column: string }[] } | undefined) =>
  layout?.fields.map(({ column }) => column);
const words = (text: string) => text.split(' ');

describe('headers', () => {
  test.each([
    ['version account-id srcaddr', ['version', 'account_id', 'srcaddr']],
    ['SRCADDR Dst_Addr dstaddr', ['srcaddr', 'dst_addr', 'dstaddr']],
    ['srcaddr Dst_Addr other', undefined],
    ['srcaddr dstaddr my-field', ['srcaddr', 'dstaddr', 'my_field']],
    ['version start end', ['version', 'start', 'end']],
    ['start end', ['start', 'end']],
    ['end', undefined],
    ['start of the action', undefined],
    ['the type action region of this and that thing', undefined],
    ['version srcaddr 2', undefined],
    ['version srcaddr 10.0.0.1', undefined],
    ['version srcaddr dstaddr -', undefined],
    ['2 123456789010 eni-0a', undefined],
  ])('%s', (text, expected) => {
    expect(columns(layoutFromHeader(words(text)))).toEqual(expected);
  });

  test('an empty name is a position without a column', () => {
    expect(columns(layoutFromHeader(['', 'srcaddr', 'dstaddr']))).toEqual(['', 'srcaddr', 'dstaddr']);
  });
});

describe('columns', () => {
  test('every field has its own, and none is one of ours', () => {
    const layout = layoutFromHeader(fields.map(({ name }) => name));
    expect(columns(layout)).toEqual(fields.map(({ name }) => columnOf(name)));
    expect(layout?.unknown).toEqual([]);
    expect(new Set(columns(layout)).size).toBe(fields.length);
  });

  test('names that are taken get a mark, however often', () => {
    const layout = layoutFromNames([
      'srcaddr',
      'dstaddr',
      'version',
      'SrcAddr',
      'srcaddr_',
      'file_id',
      'File-Id',
      '__proto__',
    ]);
    expect(columns(layout)).toEqual([
      'srcaddr',
      'dstaddr',
      'version',
      'srcaddr_',
      'srcaddr__',
      'file_id_',
      'file_id__',
      '__proto__',
    ]);
    expect(layout?.unknown).toEqual(['SrcAddr', 'srcaddr_', 'file_id', 'File-Id', '__proto__']);
  });

  test('blanks and control characters do not stand in them', () => {
    expect(columnOf('Organization Name\t\u0000x')).toBe('organization_name__x');
  });

  test('more names behind keep the ones before', () => {
    expect(columns(extendedLayout(defaultLayout, ['version', 'x']))?.slice(12)).toEqual([
      'action',
      'log_status',
      'version_',
      'x',
    ]);
    expect(extendedLayout(defaultLayout, [])).toBe(defaultLayout);
  });
});

/** A field as AWS writes it in a format string. */
const hole = (name: string) => ['$', '{', name, '}'].join('');

describe('--format', () => {
  test.each([
    'version account-id',
    `${hole('version')} ${hole('account-id')}`,
    hole('version') + hole('account_id'),
    ' version,account-id ',
    'VERSION\taccount_id',
  ])('%s', (format) => {
    expect(columns(layoutFromFormat(format))).toEqual(['version', 'account_id']);
  });

  test.each(['', '2 123', 'nothing known', 'version 2'])('%j is wrong usage', (format) => {
    expect(() => layoutFromFormat(format)).toThrow(/--format has no field name/);
  });
});
