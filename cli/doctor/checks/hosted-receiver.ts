import { checksOf, fail, ok, warn } from "../check";
import type { HostedReceiver } from "../subjects/hosted-receiver";
import { counted } from "../words";

/** More than a burst leaves behind for a moment: at ten a batch the delivery is far behind. */
const MANY = 1000;

export const hostedReceiverChecks = checksOf("receiver on AWS", [
  {
    name: "hosted-queue",
    asks: `No more than ${MANY} events wait in the queue of a receiver on AWS.`,
    remedy: "See the alarms and the dashboard: the destination is down or slow, or the delivery function fails.",
    async look(receiver) {
      const waiting = await receiver.waiting();
      if (waiting === undefined) return notAsked(receiver);
      const message = `${counted(waiting, "event")} waiting or being delivered`;
      return waiting > MANY ? warn(message, "see the receiver's dashboard and its alarms") : ok(message);
    },
  },
  {
    name: "hosted-dead-letters",
    asks: "The dead-letter queue of a receiver on AWS is empty.",
    remedy: "The reason stands in each message's attributes; mend it, then send them back to the queue.",
    async look(receiver) {
      const dead = await receiver.deadLetters();
      if (dead === undefined) return notAsked(receiver);
      return dead === 0
        ? ok("no dead letters")
        : fail(counted(dead, "dead letter"), "see the attribute `reason` of each, mend the cause, then redrive them");
    },
  },
]);

function notAsked(receiver: HostedReceiver): ReturnType<typeof warn> {
  return warn(
    "AWS could not be asked: there are no credentials in the environment, and no AWS CLI that has some",
    `set them, or look by hand: ${receiver.howToLook()}`,
  );
}
