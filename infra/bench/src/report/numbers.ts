import type { Bound } from '../scenarios/scenario.js';

/** `6,355`, `12.4`, `0.38`: as many digits as say something. */
export function shown(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** `>= 6,000` */
export function shownBound(bound: Bound): string {
  return 'at_least' in bound ? `>= ${plain(bound.at_least)}` : `<= ${plain(bound.at_most)}`;
}

const plain = (value: number) => value.toLocaleString('en-US');
