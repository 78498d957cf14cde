import colors from 'picocolors';

export type Colors = ReturnType<typeof colors.createColors>;

/** Where a report is shown. */
export interface Page {
  /** Columns of the terminal. Absent: no terminal, so nothing is cut. */
  readonly width?: number;
  readonly colors: Colors;
  /** How the user starts a command of northsouth on this workspace: `top --all` -> `northsouth top --all`. */
  readonly command: (words: string) => string;
}

/** The width of pictures and rules on this page, which have one also where there is no terminal. */
export function pictureWidth(page: Page): number {
  return Math.min(page.width ?? 100, 120);
}

/** A page without colour, for files and pipes. */
export function plainPage(width?: number): Page {
  return {
    ...(width === undefined ? {} : { width }),
    colors: colors.createColors(false),
    command: (words) => `northsouth ${words}`,
  };
}
