import { Empty } from "../kit/empty";
import type { ViewProps } from "../live";
import { Letters } from "./letters";

/** Events that were given up: to filter, read, replay and drop. */
export function DeadLetters({ live }: ViewProps) {
  const receivers = live.sources.filter(({ hasReceiver }) => hasReceiver);
  if (receivers.length === 0)
    return (
      <Empty title="No receiver is known here">
        Name the store of one with <code>--store</code>, or a stack that has one on AWS with <code>--stack</code>.
      </Empty>
    );
  return (
    <>
      {receivers.map((source) => (
        <Letters key={source.id} source={source} readOnly={live.readOnly} />
      ))}
    </>
  );
}
