export type Mode = 'live' | 'test';
export type Time = string;

export interface ListMeta {
  page?: number;
  per_page: number;
  total?: number;
  next_cursor?: string | null;
}
