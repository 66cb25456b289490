import { ArrowUp } from 'lucide-react';
import { useMemo } from 'react';
import type { DeliveryView } from '../../../api';
import { Button, cx, plural, VirtualTable } from '../../../ui';
import type { EndpointName } from '../../webhooks/endpoint-name';
import { columnsOf, rowLabel } from './columns';
import type { LiveLog } from './use-delivery-log';
import { useSlideIn, type ScrollPlace } from './use-scroll-place';

const ROW_HEIGHT = 48;

interface LogTableProps extends Omit<ScrollPlace, 'is_at_top'> {
  log: LiveLog;
  nameOf: EndpointName;
  has_endpoint: boolean;
  open_id: string | undefined;
  onOpen(delivery: DeliveryView): void;
}

export function LogTable({ log, frame, onScroll, toTop, nameOf, has_endpoint, open_id, onOpen }: LogTableProps) {
  const { rows, held, phase, is_overflown } = log;
  const columns = useMemo(() => columnsOf(nameOf, { has_endpoint }), [nameOf, has_endpoint]);
  useSlideIn(frame, rows, ROW_HEIGHT);
  const showHeld = () => {
    toTop();
    log.log.showHeld();
  };
  return (
    <div ref={frame} onScrollCapture={onScroll} className="relative">
      {(held.length > 0 || is_overflown) && (
        <div className="pointer-events-none absolute inset-x-0 top-11 z-20 flex justify-center">
          <Button
            size="sm"
            tone="primary"
            icon={ArrowUp}
            onClick={showHeld}
            className="pointer-events-auto shadow-raised"
          >
            {is_overflown ? 'Many new deliveries' : plural(held.length, 'new delivery', 'new deliveries')}
          </Button>
        </div>
      )}
      <p role="status" className="sr-only">
        {held.length > 0 ? `${plural(held.length, 'new delivery', 'new deliveries')} above` : ''}
      </p>
      <div className={cx(phase === 'loading' && 'opacity-55')} aria-busy={phase === 'loading'}>
        <VirtualTable
          label="Deliveries"
          columns={columns}
          rows={rows}
          rowKey={keyOf}
          rowLabel={rowLabel(nameOf)}
          onOpen={onOpen}
          open_id={open_id ?? null}
          follow
          onEnd={() => void log.log.loadOlder()}
          row_height={ROW_HEIGHT}
          footer={<Footer log={log} />}
        />
      </div>
    </div>
  );
}

const keyOf = ({ id }: DeliveryView) => id;

function Footer({ log: { older, next_cursor, phase, log } }: { log: LiveLog }) {
  if (phase === 'loading') return <>Looking for deliveries…</>;
  if (older === 'failed')
    return (
      <span className="inline-flex items-center gap-2 text-bad">
        Older deliveries could not be loaded.
        <Button size="sm" onClick={() => void log.loadOlder()}>
          Try again
        </Button>
      </span>
    );
  if (older === 'loading') return <>Loading older deliveries…</>;
  if (next_cursor !== null) return <>Older ones come as you go on.</>;
  return <>These are all of them.</>;
}
