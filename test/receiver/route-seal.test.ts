import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { isSealedRoute, sealRoute } from "../../receiver/route-seal";

const hex = fc.uint8Array({ minLength: 1, maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString("hex"));

test("a route is known by its seal, and no other text is, whatever it looks like", () => {
  fc.assert(
    fc.property(hex, fc.string({ minLength: 1 }), fc.string(), fc.nat(), (random, key, other, at) => {
      const route = sealRoute(random, key);
      const index = at % route.length;
      const changed = route.slice(0, index) + (route[index] === "0" ? "1" : "0") + route.slice(index + 1);
      expect(isSealedRoute(route, key)).toBe(true);
      for (const made of [changed, route.slice(1), `${route}0`, route.toUpperCase().replace(/^[^A-F]*$/, "X"), other])
        expect(isSealedRoute(made, key)).toBe(false);
      expect(isSealedRoute(route, `${key}x`)).toBe(false);
    }),
  );
});
