/** What test/readFile.ts is in Node: the server of the specs has the files at their paths from the project's root. */
export function readFile(path: string): Uint8Array {
  // Synchronous as in Node, so that specs need not know where they run. Such a request only gives texts: one that maps each
  // byte to a character.
  const request = new XMLHttpRequest();
  request.open("GET", `/${path}`, false);
  request.overrideMimeType("text/plain; charset=x-user-defined");
  request.send();
  if (request.status !== 200) throw new Error(`readFile: expected the file ${path}, got status ${request.status}`);
  return Uint8Array.from(request.responseText, (character) => character.charCodeAt(0) & 0xff);
}
