"""Text, delimited, workbook, XML and archive: what plan, survey and interviews all read."""
