import { counted } from "../../words";

const HEIGHT = 18;
const BAR = 4;

/** Events of the last minutes, a bar for each. */
export function Sparkline({ counts }: { counts: readonly number[] }) {
  const most = Math.max(1, ...counts);
  const sum = counts.reduce((total, count) => total + count, 0);
  return (
    <svg
      class="sparkline"
      role="img"
      aria-label={`${counted(sum, "event")} in ${counts.length} minutes, at most ${Math.max(0, ...counts)} a minute`}
      width={counts.length * BAR}
      height={HEIGHT}
    >
      {counts.map((count, index) => {
        const height = count === 0 ? 1 : Math.max(2, (count / most) * HEIGHT);
        return <rect key={index} x={index * BAR} y={HEIGHT - height} width={BAR - 1} height={height} />;
      })}
    </svg>
  );
}
