import Sequencer from "@jest/test-sequencer";

/** What drives the real engine or package managers takes minutes; begun last, it would leave a worker without work at the end. */
const SLOW = /test\/(package|engine)\//;

export default class SlowestFirst extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((one, other) => SLOW.test(other.path) - SLOW.test(one.path));
  }
}
