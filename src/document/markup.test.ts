import { expect, test } from 'vitest';
import { markup, styleElement, tableMarkup } from './markup.ts';

test('what stands in a hole is text, and what cannot be seen in it is shown', () => {
  const hostile = `<script>"'&\u202e\u001b[31m`;
  const made = markup`<p title="${hostile}">${hostile}</p>`.toString();
  const text = '&lt;script&gt;&quot;&#39;&amp;\\u{202e}\\x1b[31m';
  expect(made).toBe(`<p title="${text}">${text}</p>`);
});

test('markup in a hole stays markup, also in lists; nothing is nothing', () => {
  const items = ['<i>', undefined, null, 7].map((item) => markup`<li>${item}</li>`);
  expect(markup`<ul>${items}${undefined}</ul>`.toString()).toBe(
    '<ul><li>&lt;i&gt;</li><li></li><li></li><li>7</li></ul>',
  );
});

test('tables have headers with a scope, and a name', () => {
  const columns = [
    { header: 'peer', text: (row: string) => row },
    { header: 'bytes', text: () => '1', align: 'right' as const },
  ];
  const made = tableMarkup(columns, ['<x>'], 'Peers').toString();
  expect(made).toContain('<caption>Peers</caption>');
  expect(made).toContain('<th scope="col" class="number">bytes</th>');
  expect(made).toContain('<td class="text">&lt;x&gt;</td>');
});

test('the policy names exactly the style sheet', () => {
  // printf 'a{}' | openssl dgst -sha256 -binary | base64
  expect(styleElement('a{}').source).toBe("'sha256-X1RutGBrXCt9KkSaXMK7tHftWiRscFHOhxsS8tv8hBk='");
});
