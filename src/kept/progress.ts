/** Hears what is being done; where it has pieces of about the same size, how many are done. */
export type OnStep = (step: string, done?: number, total?: number) => void;

/** Hears how many pieces of a step are done. */
export type OnPiece = (done: number, total: number) => void;
