/** Collects lines in any order and gives them back minute by minute, in one buffer, as Latin-1 text. */
export class LineSorter {
  readonly #minutes: number;
  // The lines as they came, end to end; strings would keep the collector busy.
  #slab = Buffer.allocUnsafe(1 << 20);
  #used = 0;
  readonly #minuteOf: number[] = [];
  readonly #endOf: number[] = [];

  constructor(minutes: number) {
    this.#minutes = minutes;
  }

  /** A line without its line feed, which belongs to a minute of 0..minutes-1. */
  add(minute: number, line: string): void {
    if (this.#used + line.length + 1 > this.#slab.length) this.#grow();
    this.#used += this.#slab.write(line, this.#used, 'latin1');
    this.#slab[this.#used++] = 10;
    this.#minuteOf.push(minute);
    this.#endOf.push(this.#used);
  }

  /** The header, then the lines; within a minute in the order in which they came. */
  text(header: string): Buffer {
    const places = this.#places(header.length + 1);
    const sorted = Buffer.allocUnsafe(header.length + 1 + this.#used);
    sorted.write(`${header}\n`, 'latin1');
    let start = 0;
    for (let line = 0; line < this.#endOf.length; line++) {
      const minute = this.#minuteOf[line] ?? 0;
      const end = this.#endOf[line] ?? start;
      const place = places[minute] ?? 0;
      this.#slab.copy(sorted, place, start, end);
      places[minute] = place + end - start;
      start = end;
    }
    return sorted;
  }

  // Where each minute's lines begin.
  #places(first: number): number[] {
    const sizes = new Array<number>(this.#minutes).fill(0);
    let start = 0;
    for (let line = 0; line < this.#endOf.length; line++) {
      const minute = this.#minuteOf[line] ?? 0;
      const end = this.#endOf[line] ?? start;
      sizes[minute] = (sizes[minute] ?? 0) + end - start;
      start = end;
    }
    let place = first;
    return sizes.map((size) => {
      place += size;
      return place - size;
    });
  }

  #grow(): void {
    const larger = Buffer.allocUnsafe(this.#slab.length * 2);
    this.#slab.copy(larger, 0, 0, this.#used);
    this.#slab = larger;
  }
}
