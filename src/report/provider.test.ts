import { expect, test } from 'vitest';
import { providerText } from './provider.ts';

test.each([
  [{ provider: 'Amazon', service: 'EC2', region: 'eu-west-1' }, 'Amazon EC2 eu-west-1'],
  [{ provider: 'Amazon', service: null, region: 'eu-west-1' }, 'Amazon eu-west-1'],
  [{ provider: 'Google', service: 'Google Cloud', region: 'us-east1' }, 'Google Cloud us-east1'],
  [{ provider: 'Oracle', service: null, region: null }, 'Oracle'],
  [{ provider: null, service: 'edge', region: null }, 'edge'],
  [{ provider: null, service: null, region: null }, null],
  [{}, null],
])('%j is %j', (labels, text) => {
  expect(providerText(labels)).toBe(text);
});
