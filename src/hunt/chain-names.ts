import { questions } from '../detect/finding.ts';

/** What can be listed step by step; apart from the steps, so that `--help` loads none of them. */
export const chainNames = ['hunt', 'sessions', ...questions, 'findings', 'sums'] as const;
export type ChainName = (typeof chainNames)[number];
