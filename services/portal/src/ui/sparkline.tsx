import { count } from './format';

interface SparklineProps {
  /** Oldest first. */
  points: readonly { succeeded: number; failed: number }[];
  /** "Deliveries of the last 24 hours" */
  label: string;
  width?: number;
  height?: number;
}

/** Small bars: what went well, and on top of it what failed. The figures are in its name, for who cannot see it. */
export function Sparkline({ points, label, width = 96, height = 24 }: SparklineProps) {
  const most = Math.max(1, ...points.map(({ succeeded, failed }) => succeeded + failed));
  const step = width / Math.max(1, points.length);
  const sum = (kind: 'succeeded' | 'failed') => points.reduce((total, point) => total + point[kind], 0);
  const tall = (value: number) => (value === 0 ? 0 : Math.max(1.5, (value / most) * (height - 1)));
  return (
    <svg
      role="img"
      aria-label={`${label}: ${count(sum('succeeded'))} succeeded, ${count(sum('failed'))} failed`}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      className="shrink-0"
    >
      <line x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} className="stroke-line" />
      {points.map(({ succeeded, failed }, at) => {
        const good = tall(succeeded);
        const bad = tall(failed);
        const bar = { x: at * step + 0.5, width: Math.max(1, step - 1) };
        return (
          <g key={at}>
            {good > 0 && <rect {...bar} y={height - good} height={good} className="fill-good-fill" />}
            {bad > 0 && <rect {...bar} y={Math.max(0, height - good - bad)} height={bad} className="fill-bad-fill" />}
          </g>
        );
      })}
    </svg>
  );
}
