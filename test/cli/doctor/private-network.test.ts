import { expect, test } from "@jest/globals";
import { examine } from "../../../cli/doctor/examine";
import { isPrivate } from "../../../cli/doctor/private-network";
import { Endpoint } from "../../../cli/doctor/kinds/endpoint";

test.each([
  "10.1.2.3",
  "172.16.0.1",
  "192.168.1.1",
  "100.64.0.1",
  "127.0.0.1",
  "169.254.169.254",
  "::1",
  "fd00::1",
  "fe80::1",
])("%s is of a private network", (address) => {
  expect(isPrivate(address)).toBe(true);
});

test.each([
  "9.255.255.255",
  "11.0.0.0",
  "172.32.0.1",
  "192.169.0.1",
  "100.128.0.1",
  "8.8.8.8",
  "2606:4700::1",
  "fbff::1",
])("%s is not", (address) => {
  expect(isPrivate(address)).toBe(false);
});

test("a webhook whose host is in a private network fails, unless Kustomer is a sandbox on this machine", async () => {
  const sender = { secret: "a-signing-secret", headers: {} };
  const levelOf = async (isHere: boolean): Promise<string | undefined> => {
    const endpoint = new Endpoint("relay", new URL("https://10.1.2.3/hook"), sender, isHere);
    const [result] = await examine([endpoint], { timeoutMs: 5000, wants: (check) => check === "endpoint-dns" });
    return result?.level;
  };
  expect(await levelOf(false)).toBe("fail");
  expect(await levelOf(true)).toBe("ok");
});
