"""Letters that try to run, to phone home, to cover or to rename what is around them. `leak.example` is where they phone."""

_RUN = "alert(document.domain)"
_HOME = "https://leak.example/seen.png"

RUNNING = [
    f"<script>{_RUN}</script>",
    f"<scr<script>ipt>{_RUN}</scr</script>ipt>",
    f"<img src=x onerror={_RUN}>",
    f"<img src=x oneRRor='{_RUN}' alt=`>",
    f"<svg/onload={_RUN}>",
    f"<svg><animate onbegin={_RUN} attributeName=x dur=1s>",
    f"<svg><a><animate attributeName=href values=javascript:{_RUN} /><text y=20>click</text></a></svg>",
    f"<svg><foreignObject><iframe srcdoc='<script>{_RUN}</script>'></iframe></foreignObject></svg>",
    f"<math><mi xlink:href='javascript:{_RUN}'>x</mi></math>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror={_RUN}&gt;'>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={_RUN}>",
    f"<noscript><p title='</noscript><img src=x onerror={_RUN}>'></noscript>",
    f"<template><script>{_RUN}</script></template><iframe src='javascript:{_RUN}'></iframe>",
    f"<a href=' java\tscript:{_RUN}'>one</a><a href='&#1;javascript:{_RUN}'>two</a><a href='jAvAsCrIpT&colon;{_RUN}'>three</a>",
    f"<a href='data:text/html,<script>{_RUN}</script>'>four</a><a href='vbscript:msgbox(1)'>five</a>",
    f"<base href='javascript:{_RUN}//'><a href='#'>six</a>",
    f"<form action='javascript:{_RUN}'><button formaction='javascript:{_RUN}' autofocus onfocus={_RUN}>Pay</button></form>",
    f"<details open ontoggle={_RUN}><summary>more</summary>text</details>",
    f"<video><source onerror={_RUN} src=x></video><audio src=x onerror={_RUN}></audio>",
    f"<body onload={_RUN} onpageshow={_RUN}><p>body</p></body>",
    f"<object data='javascript:{_RUN}'></object><embed src='javascript:{_RUN}'>",
    f"<iframe srcdoc='&lt;script&gt;parent.{_RUN}&lt;/script&gt;'></iframe>",
    f"<meta http-equiv=refresh content='0;url=javascript:{_RUN}'>",
    f"<div style='width:expression({_RUN});behavior:url(#default#time2)'>x</div>",
    f"<style>*{{-moz-binding:url(javascript:{_RUN})}}</style>",
    f"<style></style/><img src=x onerror={_RUN}></style>",
    f"<textarea></textarea/><img src=x onerror={_RUN}>",
    f"<!--><img src=x onerror={_RUN}>-->",
    f"<!-- --!><img src=x onerror={_RUN}>-->",
    f"<![CDATA[<img src=x onerror={_RUN}>]]>",
    f"<xmp><p title='</xmp><img src=x onerror={_RUN}>'>",
    f"<p title='\"><img src=x onerror={_RUN}>'>quoted</p>",
    f"<img src='data:image/svg+xml,<svg xmlns=http://www.w3.org/2000/svg onload={_RUN}>'>",
    f"<select><template><img src=x onerror={_RUN}></template></select>",
    f"<input autofocus onfocus={_RUN}><keygen autofocus onfocus={_RUN}>",
    f"<p style='animation:x 1s' onanimationstart={_RUN}>x</p><style>@keyframes x{{}}</style>",
    f"<a id=x tabindex=1 onfocus={_RUN} autofocus contenteditable>x</a>",
    f"<x-thing oncontentvisibilityautostatechange={_RUN} style='content-visibility:auto'>x</x-thing>",
]

PHONING_HOME = [
    f"<img src='{_HOME}'>",
    "<img src='//leak.example/seen.png'><img src='\\\\leak.example/seen.png'><img src='https:\\leak.example/a'>",
    f"<img src=' \n{_HOME}'><img src='ht\ntps://leak.example/b.png'>",
    f"<img srcset='{_HOME} 1x, {_HOME}?2 2x'><picture><source srcset='{_HOME}'><img alt='a picture'></picture>",
    f"<image src='{_HOME}'><input type=image src='{_HOME}'>",
    f"<table background='{_HOME}'><tr><td background='{_HOME}'>cell</td></tr></table><body background='{_HOME}'>",
    f"<video poster='{_HOME}' src='{_HOME}'></video><audio src='{_HOME}' autoplay></audio>",
    f"<video><source src='{_HOME}'><track src='{_HOME}' default></video>",
    f"<object data='{_HOME}'></object><embed src='{_HOME}'><iframe src='{_HOME}'></iframe>",
    f"<link rel=stylesheet href='{_HOME}'><link rel=preload as=image href='{_HOME}'>",
    "<link rel=dns-prefetch href='//leak.example'>",
    f"<style>@import '{_HOME}';@import url({_HOME});</style>",
    f"<style>@font-face{{font-family:x;src:url({_HOME})}}p{{font-family:x}}</style><p>typed</p>",
    f"<p style='background:url({_HOME})'>a</p><p style='background-image:u\\72l(\"{_HOME}\")'>b</p>",
    f"<p style='background:image-set(\"{_HOME}\" 1x)'>a</p><p style='list-style:url({_HOME})'>b</p>",
    f"<style>p{{content:url({_HOME});cursor:url({_HOME}),auto;mask:url({_HOME}#x);filter:url({_HOME}#x)}}</style><p>a</p>",
    f"<style>p::before{{content:url({_HOME})}} a:visited{{background:url({_HOME})}}</style><p>a</p>",
    f"<style>@media screen{{@supports (color:red){{p{{background:url({_HOME})}}}}}}</style><p>a",
    f"<style>p{{--x:url({_HOME});background:var(--x)}}</style><p>a",
    f"<svg><image href='{_HOME}'/><use xlink:href='{_HOME}#x'/><filter><feImage href='{_HOME}'/></filter></svg>",
    f"<meta http-equiv=refresh content='0;url={_HOME}'><base href='https://leak.example/'><img src='seen.png'>",
    f"<a href='{_HOME}' ping='{_HOME}'>link</a>",
    f"<form action='{_HOME}'><input name=a value=b></form><p style='border-image:url({_HOME})'>x</p>",
    f"<style>*{{background:url({_HOME})</style><p>unclosed</p>",
    f"<p style=\"background:/*'*/url({_HOME})/*'*/\">comment</p>",
    f'<script type=speculationrules>{{"prefetch":[{{"urls":["{_HOME}"]}}]}}</script>',
]

HIDING = (
    "<style>.true-host,.goes-elsewhere{display:none!important;opacity:0!important}</style>"
    "<a href='https://thief.example/'>https://bank.example</a>"
)

REACHING_OUT = [
    "<div style='position:fixed;inset:0;z-index:99999;background:red'>cover</div>",
    "<a target=_top href='https://leak.example/'>top</a><a target=_parent href='https://leak.example/'>parent</a>",
    "<img name=body><form name=cookie></form><a id=location name=location>x</a>",
    "</div></div></body></html><div id=desk class=true-host>outside</div>",
    HIDING,
    "<div style='height:99999px;margin:-5000px;transform:scale(99)'>large</div>",
]

HONEST = [
    ("<p>Dear Mae,</p><p>the strings <b>hum</b> since Monday.</p>", "Dear Mae, the strings hum since Monday."),
    ("<table><tr><td>Strings</td><td align=right>24.00</td></tr></table>", "Strings 24.00"),
    ("<ul><li>bridge<li>nut</ul><ol start=3><li>peg</ol>", "bridge nut peg"),
    ("<svg><text dominant-baseline=middle>drawn words</text></svg>", "drawn words"),
    ("<form><label>Name <input value=Ana></label><button>Send it</button></form>", "Name Ana Send it"),
    ("<select><option>red<option>blue</select><textarea>kept &amp; safe</textarea>", "red blue kept & safe"),
    ("<p>1 < 2 and AT&T <3", "1 < 2 and AT&T <3"),
    ("<center><font color=red face=Arial size=4>SALE</font></center>", "SALE"),
]
