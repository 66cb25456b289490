/** The last lines of an output, for a person who must see why its program ended. */
export class LastLines {
  readonly #lines: string[] = [];

  constructor(private readonly max: number) {}

  /** @param text one or more lines */
  add(text: string): void {
    this.#lines.push(...text.split('\n').filter((line) => line.trim() !== ''));
    this.#lines.splice(0, this.#lines.length - this.max);
  }

  get lines(): string[] {
    return [...this.#lines];
  }
}
