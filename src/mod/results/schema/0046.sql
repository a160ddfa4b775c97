-- Found by what is printed on it: the claim of its QR code names agency and number.

CREATE INDEX result_by_printed ON result (number, agency, id) WHERE seq <> 0;
