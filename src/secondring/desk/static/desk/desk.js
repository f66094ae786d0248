/** What every page of the desk needs. One module for each concern; a screen's own modules are imported here too. */
import { start as startDialogs } from "./dialogs.js";
import { start as startInbox } from "./inbox.js";
import { start as startKeys } from "./keys.js";
import "./live.js";
import { start as startLamps } from "./lamps.js";
import { start as startLate } from "./late.js";
import { start as startLeaving } from "./leaving.js";
import { start as startMenus } from "./menus.js";
import { start as startNudges } from "./nudges.js";
import { start as startPlaces } from "./places.js";
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
startTheme();
startToasts();
startInbox();
startPresence();
startKeys();
startLate();
startNudges();
