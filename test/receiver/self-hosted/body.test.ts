import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { readBody } from "../../../receiver/self-hosted/body";
import { BodyRoom } from "../../../receiver/self-hosted/body-room";

const MIB = 1024 * 1024;

/** A request whose chunks the test hands over itself. */
class Chunks extends EventEmitter {
  pause(): void {
    this.emit("paused");
  }

  asRequest(): IncomingMessage {
    return this as unknown as IncomingMessage;
  }
}

test("a body arrives as it was sent, however it was cut, and its memory is given back", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1 }), { maxLength: 30 }), async (chunks) => {
      const room = new BodyRoom(MIB);
      const request = new Chunks();
      const reading = readBody(request.asRequest(), MIB, room);
      for (const chunk of chunks) request.emit("data", Buffer.from(chunk));
      request.emit("end");
      request.emit("close");
      const body = await reading;
      if (typeof body === "string") throw new Error(body);
      expect(Buffer.concat(chunks).equals(body.bytes)).toBe(true);
      expect(room.bytesHeld).toBeLessThanOrEqual(2 * body.bytes.length);
      body.release();
      expect(room.bytesHeld).toBe(0);
    }),
  );
});

test("a body in pieces of one byte takes little more memory than its bytes", async () => {
  const request = new Chunks();
  const reading = readBody(request.asRequest(), MIB, new BodyRoom(4 * MIB));
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 300_000; i += 1) request.emit("data", Buffer.from([i % 256]));
  const kept = process.memoryUsage().heapUsed - before;
  request.emit("end");
  expect(await reading).toMatchObject({ bytes: { length: 300_000 } });
  expect(kept).toBeLessThan(40 * MIB);
});

test("a body that is cut off, too large or gives way leaves nothing behind", async () => {
  const room = new BodyRoom(100);
  const outcomes = ["incomplete", "too-large", "no-room"].map((outcome) => {
    const request = new Chunks();
    const reading = readBody(request.asRequest(), 50, room);
    request.emit("data", Buffer.alloc(40));
    if (outcome === "incomplete") request.emit("close");
    if (outcome === "too-large") request.emit("data", Buffer.alloc(11));
    if (outcome === "no-room") room.clear();
    return reading;
  });
  expect(await Promise.all(outcomes)).toEqual(["incomplete", "too-large", "no-room"]);
  expect(room.bytesHeld).toBe(0);
});
