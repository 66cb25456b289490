import { OVERVIEW_RANGES, type OverviewRange } from '../../api';
import { oneIn } from '../../ui/search-state';

export interface OverviewSearch {
  range?: OverviewRange;
}

export function validateOverviewSearch(raw: Record<string, unknown>): OverviewSearch {
  return { range: oneIn(raw.range, OVERVIEW_RANGES) };
}
