import { LOG_LEVELS, type LogLevel as Level, type Metric, METRIC_SPACE, METRICS } from "../contract";

type Facts = Readonly<Record<string, unknown>>;

export interface Log {
  /** Only ids, sizes and timings are ever passed; never a body, a signature, a secret or a route. */
  write(level: Level, message: string, facts?: Facts): void;
  /** One line that CloudWatch makes metrics of (the embedded metric format); the facts are for people. */
  measure(level: Level, message: string, metrics: Measured, facts?: Facts, rule?: string): void;
  enabled(level: Level): boolean;
}

/** A count, or values in milliseconds. */
export type Measured = Partial<Record<Metric, number | readonly number[]>>;

/** CloudWatch takes no more values of one metric in a line. */
const MOST_VALUES = 100;

/**
 * Written to standard output directly: what goes through console gets a prefix from Lambda, and then it is no JSON that
 * CloudWatch could read metrics from.
 */
export function createLog(
  receiver: string,
  from: Level = "info",
  out: (line: string) => void = (line) => void process.stdout.write(line),
): Log {
  const enabled = (level: Level): boolean => LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(from);
  const line = (level: Level, message: string, facts: Facts): void => {
    out(`${JSON.stringify({ level, time: new Date().toISOString(), msg: message, receiver, ...facts })}\n`);
  };
  return {
    enabled,
    write: (level, message, facts = {}) => {
      if (enabled(level)) line(level, message, facts);
    },
    // Whatever the level: without its line there would be no metric.
    measure: (level, message, metrics, facts = {}, rule) => {
      line(level, message, { ...facts, ...embedded(receiver, metrics, rule) });
    },
  };
}

/** Beside the sum of all: a metric for each rule. */
const BY_RULE = {
  Namespace: METRIC_SPACE.namespace,
  Dimensions: [[METRIC_SPACE.dimension, METRIC_SPACE.rule]],
  Metrics: [{ Name: "Filtered", Unit: METRICS.Filtered }],
};

function embedded(receiver: string, metrics: Measured, rule: string | undefined): Facts {
  const given = Object.entries(metrics) as [Metric, number | readonly number[]][];
  const present = given.filter(([, value]) => (typeof value === "number" ? value : value.length) > 0);
  if (present.length === 0) return {};
  return {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        {
          Namespace: METRIC_SPACE.namespace,
          Dimensions: [[METRIC_SPACE.dimension]],
          Metrics: present.map(([name]) => ({ Name: name, Unit: METRICS[name] })),
        },
        ...(rule === undefined ? [] : [BY_RULE]),
      ],
    },
    [METRIC_SPACE.dimension]: receiver,
    ...(rule !== undefined && { [METRIC_SPACE.rule]: rule }),
    ...Object.fromEntries(
      present.map(([name, value]) => [name, typeof value === "number" ? value : value.slice(0, MOST_VALUES)]),
    ),
  };
}
