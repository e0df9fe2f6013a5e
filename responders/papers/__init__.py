"""Papers of an office: data in, DOCX or XLSX bytes out, from templates that the office can replace."""
