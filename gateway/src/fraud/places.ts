/**
 * Where countries are, for telling whether two visits can be one person's: a middle in whole degrees (latitude north,
 * longitude east) and how far the country reaches from there in units of 100 km, rounded up so that neighbours touch.
 * Written for this purpose: good to about a degree, not for maps.
 */
const table = `
AD 43 2 1|AE 24 54 4|AF 33 66 8|AG 17 -62 1|AI 18 -63 1|AL 41 20 2|AM 40 45 2|AO -12 18 9|AR -34 -64 20|AS -14 -170 2
AT 47 14 4|AU -25 135 22|AW 12 -70 1|AX 60 20 1|AZ 40 48 3|BA 44 18 2|BB 13 -60 1|BD 24 90 4|BE 51 4 2|BF 13 -2 5
BG 43 25 3|BH 26 51 1|BI -3 30 2|BJ 9 2 4|BL 18 -63 1|BM 32 -65 1|BN 4 115 1|BO -17 -65 9|BQ 12 -68 8|BR -10 -55 24
BS 24 -76 5|BT 27 90 2|BW -22 24 6|BY 53 28 4|BZ 17 -89 2|CA 60 -96 32|CC -12 97 1|CD -3 23 13|CF 7 21 9|CG -1 15 7
CH 47 8 2|CI 8 -5 4|CK -19 -160 11|CL -35 -71 22|CM 6 12 8|CN 35 104 27|CO 4 -73 10|CR 10 -84 3|CU 22 -79 7|CV 16 -24 2
CW 12 -69 1|CX -10 106 1|CY 35 33 1|CZ 50 15 3|DE 51 10 5|DJ 12 43 2|DK 56 10 4|DM 15 -61 1|DO 19 -71 3|DZ 28 3 13
EC -2 -78 13|EE 59 26 2|EG 27 30 8|EH 25 -14 5|ER 15 39 5|ES 40 -4 18|ET 9 40 9|FI 64 26 7|FJ -18 178 4|FK -52 -59 2
FM 7 152 16|FO 62 -7 1|FR 46 2 7|GA -1 12 4|GB 54 -2 7|GD 12 -62 1|GE 42 43 3|GF 4 -53 3|GG 49 -3 1|GH 8 -1 4
GI 36 -5 1|GL 72 -40 15|GM 13 -15 3|GN 11 -10 5|GP 16 -62 1|GQ 2 10 5|GR 39 22 6|GT 15 -90 3|GU 13 145 1|GW 12 -15 2
GY 5 -59 5|HK 22 114 1|HN 15 -86 4|HR 45 15 3|HT 19 -72 2|HU 47 20 3|ID -2 118 27|IE 53 -8 3|IL 31 35 3|IM 54 -5 1
IN 22 79 18|IO -6 72 2|IQ 33 44 6|IR 32 53 12|IS 65 -18 3|IT 43 12 8|JE 49 -2 1|JM 18 -77 2|JO 31 36 3|JP 36 138 22
KE 1 38 6|KG 41 75 5|KH 13 105 3|KI 1 -170 36|KM -12 44 2|KN 17 -63 1|KP 40 127 4|KR 36 128 4|KW 29 48 2|KY 19 -81 2
KZ 48 68 16|LA 18 105 6|LB 34 36 2|LC 14 -61 1|LI 47 10 1|LK 7 81 3|LR 6 -9 3|LS -29 28 2|LT 56 24 2|LU 50 6 1
LV 57 25 3|LY 27 17 9|MA 32 -6 9|MC 44 7 1|MD 47 29 2|ME 43 19 1|MF 18 -63 1|MG -19 47 9|MH 9 168 8|MK 42 22 2
ML 17 -4 11|MM 21 96 12|MN 46 105 13|MO 22 114 1|MP 16 146 4|MQ 15 -61 1|MR 20 -12 8|MS 17 -62 1|MT 36 14 1|MU -20 58 6
MV 3 73 5|MW -13 34 5|MX 23 -102 18|MY 4 109 11|MZ -18 35 10|NA -22 17 9|NC -21 165 3|NE 16 8 10|NF -29 168 1|NG 10 8 8
NI 13 -85 3|NL 52 6 2|NO 64 13 13|NP 28 84 5|NR -1 167 1|NU -19 -170 1|NZ -41 174 9|OM 21 57 6|PA 9 -80 4|PE -10 -76 11
PF -15 -142 14|PG -6 147 9|PH 13 122 10|PK 30 70 9|PL 52 20 4|PM 47 -56 1|PR 18 -66 1|PS 32 35 1|PT 39 -8 17|PW 7 134 5
PY -23 -58 6|QA 25 51 1|RE -21 56 1|RO 46 25 4|RS 44 21 3|RU 60 100 50|RW -2 30 2|SA 24 45 13|SB -8 159 9|SC -5 55 10
SD 15 30 10|SE 62 15 8|SG 1 104 1|SH -16 -6 25|SI 46 15 2|SJ 78 20 4|SK 49 20 3|SL 8 -12 2|SM 44 12 1|SN 14 -14 4
SO 6 46 10|SR 4 -56 3|SS 7 30 7|ST 1 7 1|SV 14 -89 2|SX 18 -63 1|SY 35 38 5|SZ -26 31 1|TC 22 -72 1|TD 15 19 9
TF -49 70 12|TG 8 1 4|TH 15 101 9|TJ 39 71 4|TK -9 -172 2|TL -9 126 2|TM 39 60 7|TN 34 9 5|TO -20 -175 4|TR 39 35 9
TT 11 -61 1|TV -8 178 4|TW 24 121 3|TZ -6 35 7|UA 49 32 8|UG 1 32 4|US 38 -97 60|UY -33 -56 4|UZ 41 64 9|VA 42 12 1
VC 13 -61 1|VE 8 -66 9|VG 18 -64 1|VI 18 -65 1|VN 16 107 10|VU -16 167 5|WF -13 -177 2|WS -14 -172 1|XK 43 21 1|YE 15 48 7
YT -13 45 1|ZA -29 24 10|ZM -15 30 8|ZW -20 30 5`;

type Place = { latitude: number; longitude: number; reachKm: number };

const places = new Map(
  table
    .trim()
    .split(/[|\n]/)
    .map((line) => {
      const [code = '', latitude, longitude, reach] = line.split(' ');
      const place = {
        latitude: Number(latitude),
        longitude: Number(longitude),
        reachKm: 100 * Number(reach),
      };
      return [code, place] as const;
    }),
);

const earthKm = 6371;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** The great circle between two points. */
function greatCircleKm(a: Place, b: Place): number {
  const halfChord =
    Math.sin(radians(b.latitude - a.latitude) / 2) ** 2 +
    Math.cos(radians(a.latitude)) *
      Math.cos(radians(b.latitude)) *
      Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  return 2 * earthKm * Math.asin(Math.min(1, Math.sqrt(halfChord)));
}

/**
 * The least that somebody travels from one country to the other, in whole kilometres: 0 within one, between neighbours,
 * and where it is not known.
 */
export function leastKmBetween(from: string, to: string): number {
  const [a, b] = [places.get(from), places.get(to)];
  if (!a || !b || from === to) return 0;
  return Math.max(0, Math.round(greatCircleKm(a, b) - a.reachKm - b.reachKm));
}
