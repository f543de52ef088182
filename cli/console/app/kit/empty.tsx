import type { ComponentChildren } from "preact";

/** Where there is nothing to show: why, and what to do about it. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p>
        <strong>{title}</strong>
      </p>
      {children !== undefined && <div class="quiet">{children}</div>}
    </div>
  );
}
