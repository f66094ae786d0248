"""What customers see themselves: the 'Call us' page, and the one line that puts it on any web page."""
