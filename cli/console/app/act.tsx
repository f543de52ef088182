import { useCallback, useState } from "preact/hooks";

export interface Acting {
  readonly busy: boolean;
  readonly trouble: string | undefined;
  readonly act: (work: () => Promise<unknown>) => Promise<void>;
}

/** Something that takes a while and may fail. */
export function useAct(): Acting {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string>();
  const act = useCallback(async (work: () => Promise<unknown>) => {
    setBusy(true);
    setTrouble(undefined);
    try {
      await work();
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  }, []);
  return { busy, trouble, act };
}

export function Trouble({ text }: { text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <p class="banner bad" role="alert">
      {text}
    </p>
  );
}
