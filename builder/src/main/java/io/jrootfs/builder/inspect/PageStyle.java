package io.jrootfs.builder.inspect;

/** How a page looks, in light and dark; and what a browser may load for it, which is nothing. */
final class PageStyle {
  /**
   * The beginning of a page, up to its title.
   *
   * <p>The policy makes a browser refuse whatever a hole in our quoting would let in: scripts,
   * images, frames, requests (Content Security Policy Level 3, section 3.3 for the element).
   */
  static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8"/>
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <style>
      :root { color-scheme: light dark; --back: #fff; --fore: #1c2126; --quiet: #68717c; --line: #d6dbe1; --accent: #0b62c4;
        --program: #bdd5f5; --library: #bfe4d2; --script: #f6cfdf; --file: #f3e2b3; --directory: #ddd6f0; --rest: #e4e7eb; --frame: #f3f5f7; --missing: #f7c6c0 }
      @media (prefers-color-scheme: dark) { :root { --back: #14171b; --fore: #e2e6ea; --quiet: #98a2ad; --line: #353c45; --accent: #6db1ff;
        --program: #27497a; --library: #235943; --script: #6d3350; --file: #62501f; --directory: #463c69; --rest: #383f48; --frame: #1e2329; --missing: #7d2f28 } }
      body { background: var(--back); color: var(--fore); font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em }
      h1 { overflow-wrap: anywhere }
      a { color: var(--accent) }
      nav { margin-bottom: 1em }
      nav a { margin-right: 1em }
      table { border-collapse: collapse; width: 100% }
      th { color: var(--quiet); font-size: 13px; font-weight: 600; text-align: left; padding: .2em .6em .2em 0 }
      td { border-top: 1px solid var(--line); padding: .2em .6em .2em 0; vertical-align: top; overflow-wrap: anywhere }
      td:first-child, .layers td:nth-child(2) { white-space: nowrap }
      .needs { font-size: 13px; min-width: 50em }
      .needs td:first-child { white-space: normal; width: 32% }
      .needs td:nth-child(3) { width: 30% }
      .needs tr:target { background: var(--frame) }
      .wide { overflow-x: auto; padding-bottom: .6em }
      details { margin-left: 1.2em }
      summary, .entry { font-family: ui-monospace, monospace; font-size: 13px; overflow-wrap: anywhere }
      .entry { margin-left: 2.4em }
      .bar { background: var(--accent); display: inline-block; height: .6em; margin-left: .6em }
      .caption, .keys { color: var(--quiet); font-size: 13px; margin: .4em 0 }
      .key { border-radius: 3px; color: var(--fore); display: inline-block; font-size: 12px; margin-right: .5em; padding: 0 .5em; white-space: nowrap }
      .findings { font-size: 13px }
      svg { display: block; font: 11px system-ui, sans-serif }
      svg text { fill: var(--fore) }
      .treemap { width: 100% }
      .treemap rect { stroke: var(--back) }
      .treemap g:hover rect { stroke: var(--accent); stroke-width: 2 }
      .treemap .size { opacity: .7 }
      .node rect { stroke: var(--back) }
      .node:hover rect, .node:focus rect { stroke: var(--accent); stroke-width: 2 }
      .missing rect { stroke-dasharray: 4 3; stroke: var(--fore) }
      .edge { fill: none; pointer-events: none; stroke: var(--quiet); stroke-opacity: .45 }
      .turned { stroke-dasharray: 5 4 }
      .frame rect { fill: var(--frame); stroke: var(--line) }
      .program rect { fill: var(--program) } .library rect { fill: var(--library) } .script rect { fill: var(--script) }
      .file rect { fill: var(--file) } .directory rect { fill: var(--directory) } .rest rect { fill: var(--rest) } .missing rect { fill: var(--missing) }
      .key.program { background: var(--program) } .key.library { background: var(--library) } .key.script { background: var(--script) }
      .key.file { background: var(--file) } .key.directory { background: var(--directory) } .key.rest { background: var(--rest) } .key.missing { background: var(--missing) }
      </style>
      """;

  private PageStyle() {}
}
