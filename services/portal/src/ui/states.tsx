import { CircleAlert, Inbox, LoaderCircle, WifiOff, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { asApiError } from '../api/api-error';
import { Button } from './button';
import { CopyButton } from './copy-button';
import { cx } from './cx';
import { useOnline } from './use-online';

/** Nothing here yet: says what would be here, why that is worth having, and how to begin. */
export function EmptyState({
  icon: Icon = Inbox,
  title,
  children,
  action,
  className,
}: {
  icon?: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  className?: string;
}) {
  return (
    <div className={cx('flex flex-col items-center gap-3 px-4 py-12 text-center', className)}>
      <span className="flex size-10 items-center justify-center rounded-full bg-sunken text-muted">
        <Icon aria-hidden className="size-5" />
      </span>
      <div className="flex max-w-md flex-col gap-1">
        <p className="font-medium">{title}</p>
        {children && <div className="text-sm text-muted">{children}</div>}
      </div>
      {action && <div className="flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}

/** A screen or a part of it that could not be loaded: in plain words, with what to do and the request's id. */
export function ErrorState({
  error,
  retry,
  title,
  className,
}: {
  error: unknown;
  retry?: () => unknown;
  title?: string;
  className?: string;
}) {
  const { status, message, request_id, retry_after_seconds } = asApiError(error);
  return (
    <div role="alert" className={cx('flex flex-col items-center gap-3 px-4 py-12 text-center', className)}>
      <span className="flex size-10 items-center justify-center rounded-full bg-bad-soft text-bad">
        {status === 0 ? <WifiOff aria-hidden className="size-5" /> : <CircleAlert aria-hidden className="size-5" />}
      </span>
      <div className="flex max-w-md flex-col gap-1">
        <p className="font-medium">{title ?? titleOf(status)}</p>
        <p className="text-sm text-muted">{message}</p>
        <p className="text-sm text-muted">{adviceOf(status, retry_after_seconds)}</p>
      </div>
      {retry && <Button onClick={() => void retry()}>Try again</Button>}
      {request_id && <RequestId id={request_id} />}
    </div>
  );
}

/** The same in a line or two: inside a dialog, above a form. */
export function InlineError({ error, retry }: { error: unknown; retry?: () => unknown }) {
  const { message, details, request_id } = asApiError(error);
  return (
    <div
      role="alert"
      className="flex flex-col items-start gap-1.5 rounded-lg bg-bad-soft px-3.5 py-2.5 text-sm text-bad"
    >
      <p>{message}</p>
      {details.length > 0 && (
        <ul className="list-disc pl-4">
          {details.map((detail) => (
            <li key={`${detail.path} ${detail.message}`}>
              {detail.path}: {detail.message}
            </li>
          ))}
        </ul>
      )}
      {request_id && <RequestId id={request_id} />}
      {retry && (
        <Button size="sm" onClick={() => void retry()}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** What one tells support. */
export function RequestId({ id }: { id: string }) {
  return (
    <span className="inline-flex max-w-full items-center gap-1 text-xs">
      <span className="truncate">
        Request <span className="font-mono">{id}</span>
      </span>
      <CopyButton value={id} label="Copy request id" />
    </span>
  );
}

function titleOf(status: number): string {
  if (status === 0) return 'No connection';
  if (status === 403) return 'Your role does not allow this';
  if (status === 404) return 'Not found';
  if (status === 429) return 'Too many requests';
  return 'This could not be loaded';
}

function adviceOf(status: number, retry_after_seconds: number | null): string {
  if (status === 0) return 'Once you are online again this page catches up by itself.';
  if (status === 401) return 'Sign in to go on.';
  if (status === 403) return 'Ask an owner of this account to change your role.';
  if (status === 404) return 'It may have been deleted, or belong to another account or mode.';
  if (status === 429) return `Wait ${retry_after_seconds ?? 'a few'} seconds and try again.`;
  if (status >= 500) return 'This is on our side. If it stays, tell support the request id.';
  return 'Try again. If it stays, tell support the request id.';
}

/** Never a bare spinner: says what is being waited for. With `rows`, grey bars where the content will be. */
export function Loading({ words: doing, rows = 0, className }: { words: string; rows?: number; className?: string }) {
  const is_online = useOnline();
  const words = is_online ? doing : 'You are offline. This loads once you are back.';
  return (
    <div role="status" className={cx('flex flex-col gap-3 p-4 text-sm text-muted', className)}>
      <span className="flex items-center gap-2">
        <LoaderCircle aria-hidden className="size-4 animate-spin" />
        {words}
      </span>
      {Array.from({ length: rows }, (_, at) => (
        <span key={at} aria-hidden className={cx('skeleton h-8', at % 3 === 2 && 'w-4/5')} />
      ))}
    </div>
  );
}

interface Queryish<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch(): unknown;
}

/** The three states of something asked for: `<Loaded query={keys} words="Loading your keys…">{(keys) => …}</Loaded>` */
export function Loaded<T>({
  query,
  words,
  rows = 4,
  children,
}: {
  query: Queryish<T>;
  words: string;
  rows?: number;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) {
    return (
      <>
        {query.error !== null && <InlineError error={query.error} retry={() => query.refetch()} />}
        {children(query.data)}
      </>
    );
  }
  if (query.error !== null) return <ErrorState error={query.error} retry={() => query.refetch()} />;
  return <Loading words={words} rows={rows} />;
}
