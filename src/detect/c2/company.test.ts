import { expect, test } from 'vitest';
import { delivers } from './company.ts';

test.each([
  ['Akamai International B.V.', 'Akamai', true],
  ['Akamai Technologies, Inc.', 'Linode', false],
  ['Akamai Technologies, Inc.', null, true],
  ['M247 Europe SRL', null, false],
])('%s of provider %s delivers what others publish: %s', (network, provider, answer) => {
  expect(delivers(network, provider)).toBe(answer);
});
