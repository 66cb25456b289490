import { Button, count } from '../../ui';

interface PagerProps {
  page: number;
  per_page: number;
  total: number;
  onChange(page: number): void;
}

/** Nothing where all fits on one page. */
export function Pager({ page, per_page, total, onChange }: PagerProps) {
  const pages = Math.ceil(total / per_page);
  if (pages <= 1) return null;
  return (
    <nav aria-label="Pages of keys" className="flex items-center justify-between gap-3 text-sm text-muted">
      <Button size="sm" disabled={page <= 1} onClick={() => onChange(page - 1)}>
        Previous
      </Button>
      <span>
        Page {count(page)} of {count(pages)}, {count(total)} keys
      </span>
      <Button size="sm" disabled={page >= pages} onClick={() => onChange(page + 1)}>
        Next
      </Button>
    </nav>
  );
}
