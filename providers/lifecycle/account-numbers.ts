import { readFile } from "node:fs/promises";

/** A user's number: as it was given, or of that name on this machine. */
export function numberOfUser(user: string): Promise<number> {
  return numberOf(user, "/etc/passwd", "user");
}

/** A group's number: as it was given, or of that name on this machine. */
export function numberOfGroup(group: string): Promise<number> {
  return numberOf(group, "/etc/group", "group");
}

/** Node cannot ask the system for names, and what does (`getent`) is not everywhere; a directory's users have numbers, too. */
async function numberOf(account: string, file: string, kind: string): Promise<number> {
  if (/^\d{1,10}$/.test(account)) return Number(account);
  const lines = (await readFile(file, "utf8")).split("\n").map((line) => line.split(":"));
  const number = lines.find(([name]) => name === account)?.[2];
  if (number === undefined) throw new Error(`there is no ${kind} ${account} in ${file}; give its number`);
  return Number(number);
}
