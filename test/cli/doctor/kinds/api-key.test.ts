import { testFaults } from "../support/faults";
import { inDays } from "../support/break";
import { useWorlds } from "../support/worlds";

const inOrder = useWorlds();

testFaults(inOrder, "API key", [
  {
    check: "key-valid",
    when: "it was revoked",
    breaks: ({ sandbox, key }) => {
      sandbox.revokeKey(key.id);
    },
    level: "fail",
    says: /refuses it with 401: it was revoked.*set its token, then run `pulumi up --refresh`/,
  },
  {
    check: "key-valid",
    when: "an issued one was revoked",
    breaks: (world) => {
      world.sandbox.revokeKey(world.key.id);
      world.edit("relay-api-key", { issued: true });
    },
    level: "fail",
    says: /it was revoked → run `pulumi up --refresh`, which issues another one/,
  },
  {
    check: "key-valid",
    when: "it expired",
    breaks: ({ sandbox, key }) => sandbox.editKey(key.id, { expiresAt: inDays(-1) }),
    level: "fail",
    says: /has expired.*pulumi up --refresh/,
  },
  {
    check: "key-expiry",
    when: "it expires soon",
    breaks: ({ sandbox, key }) => sandbox.editKey(key.id, { expiresAt: inDays(1) }),
    level: "warn",
    says: /expires in 1 day,.*make a new one/,
  },
  {
    check: "key-roles",
    when: "a role is missing",
    breaks: ({ sandbox, key }) => sandbox.editKey(key.id, { roles: key.roles.slice(1) }),
    level: "fail",
    says: /it lacks org\.permission\.conversation/,
  },
  {
    check: "key-roles",
    when: "it may do more than it needs",
    breaks: ({ sandbox, key }) => sandbox.editKey(key.id, { roles: [...key.roles, "org.permission.security"] }),
    level: "warn",
    says: /more than it needs: org\.permission\.security/,
  },
]);
