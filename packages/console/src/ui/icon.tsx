import { glyph, type IconName } from "./glyphs.ts";

export function Icon({ name, tone = "" }: { readonly name: IconName; readonly tone?: string }) {
  const { path, dashes, isFilled } = glyph(name);
  return (
    <svg class={`ico ${tone}`} viewBox="0 0 12 12" aria-hidden="true">
      <path d={path} stroke-dasharray={dashes} {...(isFilled && { fill: "currentColor", stroke: "none" })} />
    </svg>
  );
}
