import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Has stack traces name the files that a bundle was made of. Node would read the map of each bundle as it loads it, which
 * takes a quarter of a worker's start; hardly any is ever asked for.
 */
export function showSources(bundle: string): void {
  const url = pathToFileURL(bundle).href;
  let map: SourceMap | undefined;

  function placed(site: NodeJS.CallSite): string {
    const [line, column] = [site.getLineNumber(), site.getColumnNumber()];
    if (site.getFileName() !== url || line === null || column === null) return String(site);
    map ??= new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, "utf8")));
    const origin = map.findOrigin(line, column);
    if (!("fileName" in origin)) return String(site);
    const file = path.resolve(path.dirname(bundle), origin.fileName);
    return String(site).replace(`${url}:${line}:${column}`, `${file}:${origin.lineNumber}:${origin.columnNumber}`);
  }

  Error.prepareStackTrace = (error, sites) =>
    [String(error), ...sites.map((site) => `    at ${placed(site)}`)].join("\n");
}
