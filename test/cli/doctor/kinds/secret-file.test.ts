import { chmodSync, rmSync, writeFileSync } from "node:fs";
import { testFaults } from "../support/faults";
import { useWorlds } from "../support/worlds";

const inOrder = useWorlds();

testFaults(inOrder, "secret file", [
  {
    check: "secret-file",
    when: "it has another secret",
    breaks: ({ secretFile }) => {
      writeFileSync(secretFile, "another-signing-secret\n");
    },
    level: "fail",
    says: /does not begin with the signing secret that the state has/,
  },
  {
    check: "secret-file",
    when: "others may read it",
    breaks: ({ secretFile }) => {
      chmodSync(secretFile, 0o644);
    },
    level: "warn",
    says: /others may read.*chmod o-rwx/,
  },
  {
    check: "secret-file",
    when: "it is another machine's",
    breaks: ({ secretFile }) => {
      rmSync(secretFile);
    },
    level: "skip",
    says: /not on this machine/,
  },
]);
