import { useEffect, useMemo, useState, type CSSProperties } from 'react';
import { CopyButton } from './copy-button';
import { cx } from './cx';
import type { CodeLanguage, CodeToken } from './highlight';

export type { CodeLanguage } from './highlight';

interface CodeBlockProps {
  code: string;
  language?: CodeLanguage;
  /** What it is, for screen readers and the copy button: "Request body". */
  label: string;
  /** Shown above it. */
  title?: string;
  /** Long lines break instead of scrolling. */
  wrap?: boolean;
  max_height?: string;
  className?: string;
}

/** Colours are not worth a page that hangs. */
const MOST_CHARACTERS = 50_000;

export function CodeBlock({ code, language, label, title, wrap, max_height = '26rem', className }: CodeBlockProps) {
  const lines = useHighlighted(code, language);
  return (
    <figure className={cx('group relative min-w-0 rounded-lg border border-line bg-surface', className)}>
      {title && (
        <figcaption className="border-b border-line px-3 py-1.5 text-xs font-medium text-muted">{title}</figcaption>
      )}
      <div className={cx('absolute right-1.5 z-1 rounded-md bg-surface', title ? 'top-0.5' : 'top-1.5')}>
        <CopyButton value={code} label={`Copy ${label}`} />
      </div>
      <pre
        tabIndex={0}
        aria-label={label}
        role="region"
        style={{ maxHeight: max_height }}
        className={cx(
          'overflow-auto rounded-lg p-3 pr-11 font-mono text-[0.8125rem] leading-5 focus-visible:-outline-offset-2',
          wrap && 'break-words whitespace-pre-wrap',
        )}
      >
        <code>{lines ? lines.map((line, at) => <Line key={at} tokens={line} />) : code}</code>
      </pre>
    </figure>
  );
}

function Line({ tokens }: { tokens: CodeToken[] }) {
  return (
    <>
      {tokens.map((token, at) => (
        <span key={at} className="code-token" style={{ '--light': token.light, '--dark': token.dark } as CSSProperties}>
          {token.text}
        </span>
      ))}
      {'\n'}
    </>
  );
}

/** Coloured once the highlighter is there; until then, and where it fails, the plain text does. */
function useHighlighted(code: string, language: CodeLanguage | undefined): CodeToken[][] | null {
  const [done, setDone] = useState<{ code: string; lines: CodeToken[][] } | null>(null);
  useEffect(() => {
    if (!language || code.length > MOST_CHARACTERS) return;
    let is_current = true;
    import('./highlight')
      .then(({ highlight }) => highlight(code, language))
      .then(
        (lines) => is_current && setDone({ code, lines }),
        () => undefined,
      );
    return () => {
      is_current = false;
    };
  }, [code, language]);
  return done?.code === code ? done.lines : null;
}

/** Any value as JSON. A text that is JSON already is laid out; another is shown as it is. */
export function JsonView({ value, ...rest }: { value: unknown } & Omit<CodeBlockProps, 'code' | 'language'>) {
  const [code, is_json] = useMemo(() => laidOut(value), [value]);
  return <CodeBlock {...rest} code={code} language={is_json ? 'json' : undefined} wrap={rest.wrap ?? !is_json} />;
}

function laidOut(value: unknown): [string, boolean] {
  if (typeof value !== 'string') return [JSON.stringify(value, null, 2) ?? 'null', true];
  try {
    return [JSON.stringify(JSON.parse(value), null, 2), true];
  } catch {
    return [value, false];
  }
}
