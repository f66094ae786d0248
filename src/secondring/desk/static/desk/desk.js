/** What every page of the desk needs. One module for each concern; a screen's own modules are imported here too. */
import { start as startConversation } from "./conversation.js";
import { start as startDialogs } from "./dialogs.js";
import { start as startInbox } from "./inbox.js";
import { start as startKeys } from "./keys.js";
import "./letter-frame.js";
import "./live.js";
import { start as startLamps } from "./lamps.js";
import { start as startLeaving } from "./leaving.js";
import { start as startMenus } from "./menus.js";
import { start as startNudges } from "./nudges.js";
import { start as startPalette } from "./palette.js";
import { start as startPlaces } from "./places.js";
import { start as startPlayer } from "./player.js";
import { start as startPresence } from "./presence.js";
import { start as startTheme } from "./theme.js";
import { start as startToasts } from "./toasts.js";
import { start as startWaiting } from "./waiting.js";

startWaiting();
startLamps();
startLeaving();
startMenus();
startDialogs();
startPlaces();
startPlayer();
startTheme();
startToasts();
startInbox();
startConversation();
startPresence();
startPalette();
startKeys();
startNudges();

/** The composer, and what it brings along, is fetched when a screen first has one; until it is here one writes in a plain field. */
async function fetchComposer() {
  if (!document.getElementById("composer")) return;
  document.removeEventListener("htmx:after:swap", fetchComposer);
  (await import("./composer.js")).start();
}

document.addEventListener("htmx:after:swap", fetchComposer);
void fetchComposer();
