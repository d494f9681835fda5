/** A file with another name in the folder of a URL, with the URL's query: it may be what lets one in. */
export function urlBeside(url: URL, name: string): URL {
  const beside = new URL(name, url);
  beside.search = url.search;
  return beside;
}
