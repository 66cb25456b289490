import { overlaps, workingSpans, type Span } from './working-time.js';
import type { WorkingHours } from '@switchboard/shared';

export interface SlotStaff {
  id: string;
  timezone: string;
  working_hours: readonly WorkingHours[];
  /** Appointments with their buffers, and time off. */
  busy: readonly Span[];
}

export interface SlotRules {
  duration_ms: number;
  buffer_ms: number;
  /** The span slots may begin in. */
  span: Span;
}

export interface Slot {
  starts_at_ms: number;
  /** Who is free then. */
  staff_ids: string[];
}

/** Slots begin every quarter of an hour, counted from the beginning of a stretch of work. */
const STEP_MS = 15 * 60_000;

/** When an appointment can begin, in order of time. The appointment lies within working hours; its buffer may run past them. */
export function freeSlots(staff: readonly SlotStaff[], rules: SlotRules): Slot[] {
  const byStart = new Map<number, string[]>();
  for (const member of staff) {
    for (const start of freeStarts(member, rules)) {
      byStart.set(start, [...(byStart.get(start) ?? []), member.id]);
    }
  }
  return [...byStart].sort(([a], [b]) => a - b).map(([starts_at_ms, staff_ids]) => ({ starts_at_ms, staff_ids }));
}

function* freeStarts(member: SlotStaff, { duration_ms, buffer_ms, span }: SlotRules): Generator<number> {
  for (const stretch of workingSpans(member.working_hours, member.timezone, span)) {
    for (let start = stretch.from_ms; start + duration_ms <= stretch.to_ms; start += STEP_MS) {
      if (start < span.from_ms || start >= span.to_ms) continue;
      const taken = { from_ms: start, to_ms: start + duration_ms + buffer_ms };
      if (!member.busy.some((busy) => overlaps(busy, taken))) yield start;
    }
  }
}
