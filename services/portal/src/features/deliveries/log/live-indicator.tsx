import { CirclePause, CirclePlay } from 'lucide-react';
import type { LiveState } from '../../../api';
import { Button, cx } from '../../../ui';

const WORDS: Record<LiveState, string> = {
  live: 'Live',
  connecting: 'Connecting…',
  reconnecting: 'Reconnecting…',
  offline: 'Offline',
  off: 'Paused',
};

const HINTS: Record<LiveState, string> = {
  live: 'New deliveries appear by themselves.',
  connecting: 'Opening the live connection.',
  reconnecting: 'The live connection broke off. What is missed meanwhile is fetched after.',
  offline: 'This device is offline. The log catches up by itself.',
  off: 'New deliveries are not shown until you resume.',
};

interface LiveIndicatorProps {
  live: LiveState;
  is_over: boolean;
  is_paused: boolean;
  onPause(next: boolean): void;
}

/** Whether what one sees is the present, in a word. */
export function LiveIndicator({ live, is_over, is_paused, onPause }: LiveIndicatorProps) {
  return (
    <div className="flex items-center gap-2">
      <span
        role="status"
        title={is_over ? 'The chosen time has ended, so nothing new can come.' : HINTS[live]}
        className="inline-flex items-center gap-2 text-[0.8125rem] text-muted"
      >
        <span aria-hidden className="relative flex size-2">
          {live === 'live' && (
            <span className="absolute inline-flex size-full animate-ping rounded-full bg-good opacity-60" />
          )}
          <span className={cx('relative inline-flex size-2 rounded-full', DOT[live])} />
        </span>
        {is_over ? 'Not live: the chosen time has ended' : WORDS[live]}
      </span>
      {!is_over && (
        <Button size="sm" tone="quiet" icon={is_paused ? CirclePlay : CirclePause} onClick={() => onPause(!is_paused)}>
          {is_paused ? 'Resume' : 'Pause'}
        </Button>
      )}
    </div>
  );
}

const DOT: Record<LiveState, string> = {
  live: 'bg-good',
  connecting: 'bg-warn',
  reconnecting: 'bg-warn',
  offline: 'bg-bad',
  off: 'bg-line-strong',
};
