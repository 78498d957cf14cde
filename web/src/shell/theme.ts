import { effect, signal } from '@preact/signals';

const choices = ['system', 'light', 'dark'] as const;
type Theme = (typeof choices)[number];
const key = 'northsouth.theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

/** What the hunter chose. */
export const theme = signal<Theme>(choices.find((each) => each === localStorage.getItem(key)) ?? 'system');
/** What is shown; pictures are drawn again when it changes. */
export const shownTheme = signal<'light' | 'dark'>('light');

/** Keeps the document in the chosen theme. */
export function followTheme(): void {
  const show = () => {
    shownTheme.value = theme.value === 'system' ? (dark.matches ? 'dark' : 'light') : theme.value;
    document.documentElement.dataset['theme'] = shownTheme.value;
  };
  dark.addEventListener('change', show);
  effect(() => {
    localStorage.setItem(key, theme.value);
    show();
  });
}

/** System, light, dark, and again. */
export function nextTheme(): void {
  theme.value = choices[(choices.indexOf(theme.value) + 1) % choices.length] ?? 'system';
}
