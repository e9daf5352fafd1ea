/* made by src/html/entities; do not edit */

#define ENTITIES       2231
#define ENTITY_LONGEST 32

/* where the name begins in entity_names, its length; what it stands
 * for in UTF-8, its length.  Sorted by name, bytewise. */

typedef struct {
    uint16_t       at;
    uint8_t        len;
    uint8_t        text_len;
    unsigned char  text[6];
} entity_t;

static const char  entity_names[] =
    "AEligAElig;AMPAMP;AacuteAacute;Abreve;AcircAcirc;Acy;Afr;AgraveAgrave;"
    "Alpha;Amacr;And;Aogon;Aopf;ApplyFunction;AringAring;Ascr;Assign;Atilde"
    "Atilde;AumlAuml;Backslash;Barv;Barwed;Bcy;Because;Bernoullis;Beta;Bfr;"
    "Bopf;Breve;Bscr;Bumpeq;CHcy;COPYCOPY;Cacute;Cap;CapitalDifferentialD;"
    "Cayleys;Ccaron;CcedilCcedil;Ccirc;Cconint;Cdot;Cedilla;CenterDot;Cfr;"
    "Chi;CircleDot;CircleMinus;CirclePlus;CircleTimes;"
    "ClockwiseContourIntegral;CloseCurlyDoubleQuote;CloseCurlyQuote;Colon;"
    "Colone;Congruent;Conint;ContourIntegral;Copf;Coproduct;"
    "CounterClockwiseContourIntegral;Cross;Cscr;Cup;CupCap;DD;DDotrahd;"
    "DJcy;DScy;DZcy;Dagger;Darr;Dashv;Dcaron;Dcy;Del;Delta;Dfr;"
    "DiacriticalAcute;DiacriticalDot;DiacriticalDoubleAcute;"
    "DiacriticalGrave;DiacriticalTilde;Diamond;DifferentialD;Dopf;Dot;"
    "DotDot;DotEqual;DoubleContourIntegral;DoubleDot;DoubleDownArrow;"
    "DoubleLeftArrow;DoubleLeftRightArrow;DoubleLeftTee;"
    "DoubleLongLeftArrow;DoubleLongLeftRightArrow;DoubleLongRightArrow;"
    "DoubleRightArrow;DoubleRightTee;DoubleUpArrow;DoubleUpDownArrow;"
    "DoubleVerticalBar;DownArrow;DownArrowBar;DownArrowUpArrow;DownBreve;"
    "DownLeftRightVector;DownLeftTeeVector;DownLeftVector;"
    "DownLeftVectorBar;DownRightTeeVector;DownRightVector;"
    "DownRightVectorBar;DownTee;DownTeeArrow;Downarrow;Dscr;Dstrok;ENG;ETH"
    "ETH;EacuteEacute;Ecaron;EcircEcirc;Ecy;Edot;Efr;EgraveEgrave;Element;"
    "Emacr;EmptySmallSquare;EmptyVerySmallSquare;Eogon;Eopf;Epsilon;Equal;"
    "EqualTilde;Equilibrium;Escr;Esim;Eta;EumlEuml;Exists;ExponentialE;Fcy;"
    "Ffr;FilledSmallSquare;FilledVerySmallSquare;Fopf;ForAll;Fouriertrf;"
    "Fscr;GJcy;GTGT;Gamma;Gammad;Gbreve;Gcedil;Gcirc;Gcy;Gdot;Gfr;Gg;Gopf;"
    "GreaterEqual;GreaterEqualLess;GreaterFullEqual;GreaterGreater;"
    "GreaterLess;GreaterSlantEqual;GreaterTilde;Gscr;Gt;HARDcy;Hacek;Hat;"
    "Hcirc;Hfr;HilbertSpace;Hopf;HorizontalLine;Hscr;Hstrok;HumpDownHump;"
    "HumpEqual;IEcy;IJlig;IOcy;IacuteIacute;IcircIcirc;Icy;Idot;Ifr;Igrave"
    "Igrave;Im;Imacr;ImaginaryI;Implies;Int;Integral;Intersection;"
    "InvisibleComma;InvisibleTimes;Iogon;Iopf;Iota;Iscr;Itilde;Iukcy;Iuml"
    "Iuml;Jcirc;Jcy;Jfr;Jopf;Jscr;Jsercy;Jukcy;KHcy;KJcy;Kappa;Kcedil;Kcy;"
    "Kfr;Kopf;Kscr;LJcy;LTLT;Lacute;Lambda;Lang;Laplacetrf;Larr;Lcaron;"
    "Lcedil;Lcy;LeftAngleBracket;LeftArrow;LeftArrowBar;"
    "LeftArrowRightArrow;LeftCeiling;LeftDoubleBracket;LeftDownTeeVector;"
    "LeftDownVector;LeftDownVectorBar;LeftFloor;LeftRightArrow;"
    "LeftRightVector;LeftTee;LeftTeeArrow;LeftTeeVector;LeftTriangle;"
    "LeftTriangleBar;LeftTriangleEqual;LeftUpDownVector;LeftUpTeeVector;"
    "LeftUpVector;LeftUpVectorBar;LeftVector;LeftVectorBar;Leftarrow;"
    "Leftrightarrow;LessEqualGreater;LessFullEqual;LessGreater;LessLess;"
    "LessSlantEqual;LessTilde;Lfr;Ll;Lleftarrow;Lmidot;LongLeftArrow;"
    "LongLeftRightArrow;LongRightArrow;Longleftarrow;Longleftrightarrow;"
    "Longrightarrow;Lopf;LowerLeftArrow;LowerRightArrow;Lscr;Lsh;Lstrok;Lt;"
    "Map;Mcy;MediumSpace;Mellintrf;Mfr;MinusPlus;Mopf;Mscr;Mu;NJcy;Nacute;"
    "Ncaron;Ncedil;Ncy;NegativeMediumSpace;NegativeThickSpace;"
    "NegativeThinSpace;NegativeVeryThinSpace;NestedGreaterGreater;"
    "NestedLessLess;NewLine;Nfr;NoBreak;NonBreakingSpace;Nopf;Not;"
    "NotCongruent;NotCupCap;NotDoubleVerticalBar;NotElement;NotEqual;"
    "NotEqualTilde;NotExists;NotGreater;NotGreaterEqual;"
    "NotGreaterFullEqual;NotGreaterGreater;NotGreaterLess;"
    "NotGreaterSlantEqual;NotGreaterTilde;NotHumpDownHump;NotHumpEqual;"
    "NotLeftTriangle;NotLeftTriangleBar;NotLeftTriangleEqual;NotLess;"
    "NotLessEqual;NotLessGreater;NotLessLess;NotLessSlantEqual;"
    "NotLessTilde;NotNestedGreaterGreater;NotNestedLessLess;NotPrecedes;"
    "NotPrecedesEqual;NotPrecedesSlantEqual;NotReverseElement;"
    "NotRightTriangle;NotRightTriangleBar;NotRightTriangleEqual;"
    "NotSquareSubset;NotSquareSubsetEqual;NotSquareSuperset;"
    "NotSquareSupersetEqual;NotSubset;NotSubsetEqual;NotSucceeds;"
    "NotSucceedsEqual;NotSucceedsSlantEqual;NotSucceedsTilde;NotSuperset;"
    "NotSupersetEqual;NotTilde;NotTildeEqual;NotTildeFullEqual;"
    "NotTildeTilde;NotVerticalBar;Nscr;NtildeNtilde;Nu;OElig;OacuteOacute;"
    "OcircOcirc;Ocy;Odblac;Ofr;OgraveOgrave;Omacr;Omega;Omicron;Oopf;"
    "OpenCurlyDoubleQuote;OpenCurlyQuote;Or;Oscr;OslashOslash;OtildeOtilde;"
    "Otimes;OumlOuml;OverBar;OverBrace;OverBracket;OverParenthesis;"
    "PartialD;Pcy;Pfr;Phi;Pi;PlusMinus;Poincareplane;Popf;Pr;Precedes;"
    "PrecedesEqual;PrecedesSlantEqual;PrecedesTilde;Prime;Product;"
    "Proportion;Proportional;Pscr;Psi;QUOTQUOT;Qfr;Qopf;Qscr;RBarr;REGREG;"
    "Racute;Rang;Rarr;Rarrtl;Rcaron;Rcedil;Rcy;Re;ReverseElement;"
    "ReverseEquilibrium;ReverseUpEquilibrium;Rfr;Rho;RightAngleBracket;"
    "RightArrow;RightArrowBar;RightArrowLeftArrow;RightCeiling;"
    "RightDoubleBracket;RightDownTeeVector;RightDownVector;"
    "RightDownVectorBar;RightFloor;RightTee;RightTeeArrow;RightTeeVector;"
    "RightTriangle;RightTriangleBar;RightTriangleEqual;RightUpDownVector;"
    "RightUpTeeVector;RightUpVector;RightUpVectorBar;RightVector;"
    "RightVectorBar;Rightarrow;Ropf;RoundImplies;Rrightarrow;Rscr;Rsh;"
    "RuleDelayed;SHCHcy;SHcy;SOFTcy;Sacute;Sc;Scaron;Scedil;Scirc;Scy;Sfr;"
    "ShortDownArrow;ShortLeftArrow;ShortRightArrow;ShortUpArrow;Sigma;"
    "SmallCircle;Sopf;Sqrt;Square;SquareIntersection;SquareSubset;"
    "SquareSubsetEqual;SquareSuperset;SquareSupersetEqual;SquareUnion;Sscr;"
    "Star;Sub;Subset;SubsetEqual;Succeeds;SucceedsEqual;SucceedsSlantEqual;"
    "SucceedsTilde;SuchThat;Sum;Sup;Superset;SupersetEqual;Supset;THORN"
    "THORN;TRADE;TSHcy;TScy;Tab;Tau;Tcaron;Tcedil;Tcy;Tfr;Therefore;Theta;"
    "ThickSpace;ThinSpace;Tilde;TildeEqual;TildeFullEqual;TildeTilde;Topf;"
    "TripleDot;Tscr;Tstrok;UacuteUacute;Uarr;Uarrocir;Ubrcy;Ubreve;Ucirc"
    "Ucirc;Ucy;Udblac;Ufr;UgraveUgrave;Umacr;UnderBar;UnderBrace;"
    "UnderBracket;UnderParenthesis;Union;UnionPlus;Uogon;Uopf;UpArrow;"
    "UpArrowBar;UpArrowDownArrow;UpDownArrow;UpEquilibrium;UpTee;"
    "UpTeeArrow;Uparrow;Updownarrow;UpperLeftArrow;UpperRightArrow;Upsi;"
    "Upsilon;Uring;Uscr;Utilde;UumlUuml;VDash;Vbar;Vcy;Vdash;Vdashl;Vee;"
    "Verbar;Vert;VerticalBar;VerticalLine;VerticalSeparator;VerticalTilde;"
    "VeryThinSpace;Vfr;Vopf;Vscr;Vvdash;Wcirc;Wedge;Wfr;Wopf;Wscr;Xfr;Xi;"
    "Xopf;Xscr;YAcy;YIcy;YUcy;YacuteYacute;Ycirc;Ycy;Yfr;Yopf;Yscr;Yuml;"
    "ZHcy;Zacute;Zcaron;Zcy;Zdot;ZeroWidthSpace;Zeta;Zfr;Zopf;Zscr;aacute"
    "aacute;abreve;ac;acE;acd;acircacirc;acuteacute;acy;aeligaelig;af;afr;"
    "agraveagrave;alefsym;aleph;alpha;amacr;amalg;ampamp;and;andand;andd;"
    "andslope;andv;ang;ange;angle;angmsd;angmsdaa;angmsdab;angmsdac;"
    "angmsdad;angmsdae;angmsdaf;angmsdag;angmsdah;angrt;angrtvb;angrtvbd;"
    "angsph;angst;angzarr;aogon;aopf;ap;apE;apacir;ape;apid;apos;approx;"
    "approxeq;aringaring;ascr;ast;asymp;asympeq;atildeatilde;aumlauml;"
    "awconint;awint;bNot;backcong;backepsilon;backprime;backsim;backsimeq;"
    "barvee;barwed;barwedge;bbrk;bbrktbrk;bcong;bcy;bdquo;becaus;because;"
    "bemptyv;bepsi;bernou;beta;beth;between;bfr;bigcap;bigcirc;bigcup;"
    "bigodot;bigoplus;bigotimes;bigsqcup;bigstar;bigtriangledown;"
    "bigtriangleup;biguplus;bigvee;bigwedge;bkarow;blacklozenge;"
    "blacksquare;blacktriangle;blacktriangledown;blacktriangleleft;"
    "blacktriangleright;blank;blk12;blk14;blk34;block;bne;bnequiv;bnot;"
    "bopf;bot;bottom;bowtie;boxDL;boxDR;boxDl;boxDr;boxH;boxHD;boxHU;boxHd;"
    "boxHu;boxUL;boxUR;boxUl;boxUr;boxV;boxVH;boxVL;boxVR;boxVh;boxVl;"
    "boxVr;boxbox;boxdL;boxdR;boxdl;boxdr;boxh;boxhD;boxhU;boxhd;boxhu;"
    "boxminus;boxplus;boxtimes;boxuL;boxuR;boxul;boxur;boxv;boxvH;boxvL;"
    "boxvR;boxvh;boxvl;boxvr;bprime;breve;brvbarbrvbar;bscr;bsemi;bsim;"
    "bsime;bsol;bsolb;bsolhsub;bull;bullet;bump;bumpE;bumpe;bumpeq;cacute;"
    "cap;capand;capbrcup;capcap;capcup;capdot;caps;caret;caron;ccaps;"
    "ccaron;ccedilccedil;ccirc;ccups;ccupssm;cdot;cedilcedil;cemptyv;cent"
    "cent;centerdot;cfr;chcy;check;checkmark;chi;cir;cirE;circ;circeq;"
    "circlearrowleft;circlearrowright;circledR;circledS;circledast;"
    "circledcirc;circleddash;cire;cirfnint;cirmid;cirscir;clubs;clubsuit;"
    "colon;colone;coloneq;comma;commat;comp;compfn;complement;complexes;"
    "cong;congdot;conint;copf;coprod;copycopy;copysr;crarr;cross;cscr;csub;"
    "csube;csup;csupe;ctdot;cudarrl;cudarrr;cuepr;cuesc;cularr;cularrp;cup;"
    "cupbrcap;cupcap;cupcup;cupdot;cupor;cups;curarr;curarrm;curlyeqprec;"
    "curlyeqsucc;curlyvee;curlywedge;currencurren;curvearrowleft;"
    "curvearrowright;cuvee;cuwed;cwconint;cwint;cylcty;dArr;dHar;dagger;"
    "daleth;darr;dash;dashv;dbkarow;dblac;dcaron;dcy;dd;ddagger;ddarr;"
    "ddotseq;degdeg;delta;demptyv;dfisht;dfr;dharl;dharr;diam;diamond;"
    "diamondsuit;diams;die;digamma;disin;div;dividedivide;divideontimes;"
    "divonx;djcy;dlcorn;dlcrop;dollar;dopf;dot;doteq;doteqdot;dotminus;"
    "dotplus;dotsquare;doublebarwedge;downarrow;downdownarrows;"
    "downharpoonleft;downharpoonright;drbkarow;drcorn;drcrop;dscr;dscy;"
    "dsol;dstrok;dtdot;dtri;dtrif;duarr;duhar;dwangle;dzcy;dzigrarr;eDDot;"
    "eDot;eacuteeacute;easter;ecaron;ecir;ecircecirc;ecolon;ecy;edot;ee;"
    "efDot;efr;eg;egraveegrave;egs;egsdot;el;elinters;ell;els;elsdot;emacr;"
    "empty;emptyset;emptyv;emsp13;emsp14;emsp;eng;ensp;eogon;eopf;epar;"
    "eparsl;eplus;epsi;epsilon;epsiv;eqcirc;eqcolon;eqsim;eqslantgtr;"
    "eqslantless;equals;equest;equiv;equivDD;eqvparsl;erDot;erarr;escr;"
    "esdot;esim;eta;etheth;eumleuml;euro;excl;exist;expectation;"
    "exponentiale;fallingdotseq;fcy;female;ffilig;fflig;ffllig;ffr;filig;"
    "fjlig;flat;fllig;fltns;fnof;fopf;forall;fork;forkv;fpartint;frac12"
    "frac12;frac13;frac14frac14;frac15;frac16;frac18;frac23;frac25;frac34"
    "frac34;frac35;frac38;frac45;frac56;frac58;frac78;frasl;frown;fscr;gE;"
    "gEl;gacute;gamma;gammad;gap;gbreve;gcirc;gcy;gdot;ge;gel;geq;geqq;"
    "geqslant;ges;gescc;gesdot;gesdoto;gesdotol;gesl;gesles;gfr;gg;ggg;"
    "gimel;gjcy;gl;glE;gla;glj;gnE;gnap;gnapprox;gne;gneq;gneqq;gnsim;gopf;"
    "grave;gscr;gsim;gsime;gsiml;gtgt;gtcc;gtcir;gtdot;gtlPar;gtquest;"
    "gtrapprox;gtrarr;gtrdot;gtreqless;gtreqqless;gtrless;gtrsim;gvertneqq;"
    "gvnE;hArr;hairsp;half;hamilt;hardcy;harr;harrcir;harrw;hbar;hcirc;"
    "hearts;heartsuit;hellip;hercon;hfr;hksearow;hkswarow;hoarr;homtht;"
    "hookleftarrow;hookrightarrow;hopf;horbar;hscr;hslash;hstrok;hybull;"
    "hyphen;iacuteiacute;ic;icircicirc;icy;iecy;iexcliexcl;iff;ifr;igrave"
    "igrave;ii;iiiint;iiint;iinfin;iiota;ijlig;imacr;image;imagline;"
    "imagpart;imath;imof;imped;in;incare;infin;infintie;inodot;int;intcal;"
    "integers;intercal;intlarhk;intprod;iocy;iogon;iopf;iota;iprod;iquest"
    "iquest;iscr;isin;isinE;isindot;isins;isinsv;isinv;it;itilde;iukcy;iuml"
    "iuml;jcirc;jcy;jfr;jmath;jopf;jscr;jsercy;jukcy;kappa;kappav;kcedil;"
    "kcy;kfr;kgreen;khcy;kjcy;kopf;kscr;lAarr;lArr;lAtail;lBarr;lE;lEg;"
    "lHar;lacute;laemptyv;lagran;lambda;lang;langd;langle;lap;laquolaquo;"
    "larr;larrb;larrbfs;larrfs;larrhk;larrlp;larrpl;larrsim;larrtl;lat;"
    "latail;late;lates;lbarr;lbbrk;lbrace;lbrack;lbrke;lbrksld;lbrkslu;"
    "lcaron;lcedil;lceil;lcub;lcy;ldca;ldquo;ldquor;ldrdhar;ldrushar;ldsh;"
    "le;leftarrow;leftarrowtail;leftharpoondown;leftharpoonup;"
    "leftleftarrows;leftrightarrow;leftrightarrows;leftrightharpoons;"
    "leftrightsquigarrow;leftthreetimes;leg;leq;leqq;leqslant;les;lescc;"
    "lesdot;lesdoto;lesdotor;lesg;lesges;lessapprox;lessdot;lesseqgtr;"
    "lesseqqgtr;lessgtr;lesssim;lfisht;lfloor;lfr;lg;lgE;lhard;lharu;"
    "lharul;lhblk;ljcy;ll;llarr;llcorner;llhard;lltri;lmidot;lmoust;"
    "lmoustache;lnE;lnap;lnapprox;lne;lneq;lneqq;lnsim;loang;loarr;lobrk;"
    "longleftarrow;longleftrightarrow;longmapsto;longrightarrow;"
    "looparrowleft;looparrowright;lopar;lopf;loplus;lotimes;lowast;lowbar;"
    "loz;lozenge;lozf;lpar;lparlt;lrarr;lrcorner;lrhar;lrhard;lrm;lrtri;"
    "lsaquo;lscr;lsh;lsim;lsime;lsimg;lsqb;lsquo;lsquor;lstrok;ltlt;ltcc;"
    "ltcir;ltdot;lthree;ltimes;ltlarr;ltquest;ltrPar;ltri;ltrie;ltrif;"
    "lurdshar;luruhar;lvertneqq;lvnE;mDDot;macrmacr;male;malt;maltese;map;"
    "mapsto;mapstodown;mapstoleft;mapstoup;marker;mcomma;mcy;mdash;"
    "measuredangle;mfr;mho;micromicro;mid;midast;midcir;middotmiddot;minus;"
    "minusb;minusd;minusdu;mlcp;mldr;mnplus;models;mopf;mp;mscr;mstpos;mu;"
    "multimap;mumap;nGg;nGt;nGtv;nLeftarrow;nLeftrightarrow;nLl;nLt;nLtv;"
    "nRightarrow;nVDash;nVdash;nabla;nacute;nang;nap;napE;napid;napos;"
    "napprox;natur;natural;naturals;nbspnbsp;nbump;nbumpe;ncap;ncaron;"
    "ncedil;ncong;ncongdot;ncup;ncy;ndash;ne;neArr;nearhk;nearr;nearrow;"
    "nedot;nequiv;nesear;nesim;nexist;nexists;nfr;ngE;nge;ngeq;ngeqq;"
    "ngeqslant;nges;ngsim;ngt;ngtr;nhArr;nharr;nhpar;ni;nis;nisd;niv;njcy;"
    "nlArr;nlE;nlarr;nldr;nle;nleftarrow;nleftrightarrow;nleq;nleqq;"
    "nleqslant;nles;nless;nlsim;nlt;nltri;nltrie;nmid;nopf;notnot;notin;"
    "notinE;notindot;notinva;notinvb;notinvc;notni;notniva;notnivb;notnivc;"
    "npar;nparallel;nparsl;npart;npolint;npr;nprcue;npre;nprec;npreceq;"
    "nrArr;nrarr;nrarrc;nrarrw;nrightarrow;nrtri;nrtrie;nsc;nsccue;nsce;"
    "nscr;nshortmid;nshortparallel;nsim;nsime;nsimeq;nsmid;nspar;nsqsube;"
    "nsqsupe;nsub;nsubE;nsube;nsubset;nsubseteq;nsubseteqq;nsucc;nsucceq;"
    "nsup;nsupE;nsupe;nsupset;nsupseteq;nsupseteqq;ntgl;ntildentilde;ntlg;"
    "ntriangleleft;ntrianglelefteq;ntriangleright;ntrianglerighteq;nu;num;"
    "numero;numsp;nvDash;nvHarr;nvap;nvdash;nvge;nvgt;nvinfin;nvlArr;nvle;"
    "nvlt;nvltrie;nvrArr;nvrtrie;nvsim;nwArr;nwarhk;nwarr;nwarrow;nwnear;"
    "oS;oacuteoacute;oast;ocir;ocircocirc;ocy;odash;odblac;odiv;odot;"
    "odsold;oelig;ofcir;ofr;ogon;ograveograve;ogt;ohbar;ohm;oint;olarr;"
    "olcir;olcross;oline;olt;omacr;omega;omicron;omid;ominus;oopf;opar;"
    "operp;oplus;or;orarr;ord;order;orderof;ordfordf;ordmordm;origof;oror;"
    "orslope;orv;oscr;oslashoslash;osol;otildeotilde;otimes;otimesas;ouml"
    "ouml;ovbar;par;parapara;parallel;parsim;parsl;part;pcy;percnt;period;"
    "permil;perp;pertenk;pfr;phi;phiv;phmmat;phone;pi;pitchfork;piv;planck;"
    "planckh;plankv;plus;plusacir;plusb;pluscir;plusdo;plusdu;pluse;plusmn"
    "plusmn;plussim;plustwo;pm;pointint;popf;poundpound;pr;prE;prap;prcue;"
    "pre;prec;precapprox;preccurlyeq;preceq;precnapprox;precneqq;precnsim;"
    "precsim;prime;primes;prnE;prnap;prnsim;prod;profalar;profline;"
    "profsurf;prop;propto;prsim;prurel;pscr;psi;puncsp;qfr;qint;qopf;"
    "qprime;qscr;quaternions;quatint;quest;questeq;quotquot;rAarr;rArr;"
    "rAtail;rBarr;rHar;race;racute;radic;raemptyv;rang;rangd;range;rangle;"
    "raquoraquo;rarr;rarrap;rarrb;rarrbfs;rarrc;rarrfs;rarrhk;rarrlp;"
    "rarrpl;rarrsim;rarrtl;rarrw;ratail;ratio;rationals;rbarr;rbbrk;rbrace;"
    "rbrack;rbrke;rbrksld;rbrkslu;rcaron;rcedil;rceil;rcub;rcy;rdca;"
    "rdldhar;rdquo;rdquor;rdsh;real;realine;realpart;reals;rect;regreg;"
    "rfisht;rfloor;rfr;rhard;rharu;rharul;rho;rhov;rightarrow;"
    "rightarrowtail;rightharpoondown;rightharpoonup;rightleftarrows;"
    "rightleftharpoons;rightrightarrows;rightsquigarrow;rightthreetimes;"
    "ring;risingdotseq;rlarr;rlhar;rlm;rmoust;rmoustache;rnmid;roang;roarr;"
    "robrk;ropar;ropf;roplus;rotimes;rpar;rpargt;rppolint;rrarr;rsaquo;"
    "rscr;rsh;rsqb;rsquo;rsquor;rthree;rtimes;rtri;rtrie;rtrif;rtriltri;"
    "ruluhar;rx;sacute;sbquo;sc;scE;scap;scaron;sccue;sce;scedil;scirc;"
    "scnE;scnap;scnsim;scpolint;scsim;scy;sdot;sdotb;sdote;seArr;searhk;"
    "searr;searrow;sectsect;semi;seswar;setminus;setmn;sext;sfr;sfrown;"
    "sharp;shchcy;shcy;shortmid;shortparallel;shyshy;sigma;sigmaf;sigmav;"
    "sim;simdot;sime;simeq;simg;simgE;siml;simlE;simne;simplus;simrarr;"
    "slarr;smallsetminus;smashp;smeparsl;smid;smile;smt;smte;smtes;softcy;"
    "sol;solb;solbar;sopf;spades;spadesuit;spar;sqcap;sqcaps;sqcup;sqcups;"
    "sqsub;sqsube;sqsubset;sqsubseteq;sqsup;sqsupe;sqsupset;sqsupseteq;squ;"
    "square;squarf;squf;srarr;sscr;ssetmn;ssmile;sstarf;star;starf;"
    "straightepsilon;straightphi;strns;sub;subE;subdot;sube;subedot;"
    "submult;subnE;subne;subplus;subrarr;subset;subseteq;subseteqq;"
    "subsetneq;subsetneqq;subsim;subsub;subsup;succ;succapprox;succcurlyeq;"
    "succeq;succnapprox;succneqq;succnsim;succsim;sum;sung;sup1sup1;sup2"
    "sup2;sup3sup3;sup;supE;supdot;supdsub;supe;supedot;suphsol;suphsub;"
    "suplarr;supmult;supnE;supne;supplus;supset;supseteq;supseteqq;"
    "supsetneq;supsetneqq;supsim;supsub;supsup;swArr;swarhk;swarr;swarrow;"
    "swnwar;szligszlig;target;tau;tbrk;tcaron;tcedil;tcy;tdot;telrec;tfr;"
    "there4;therefore;theta;thetasym;thetav;thickapprox;thicksim;thinsp;"
    "thkap;thksim;thornthorn;tilde;timestimes;timesb;timesbar;timesd;tint;"
    "toea;top;topbot;topcir;topf;topfork;tosa;tprime;trade;triangle;"
    "triangledown;triangleleft;trianglelefteq;triangleq;triangleright;"
    "trianglerighteq;tridot;trie;triminus;triplus;trisb;tritime;trpezium;"
    "tscr;tscy;tshcy;tstrok;twixt;twoheadleftarrow;twoheadrightarrow;uArr;"
    "uHar;uacuteuacute;uarr;ubrcy;ubreve;ucircucirc;ucy;udarr;udblac;udhar;"
    "ufisht;ufr;ugraveugrave;uharl;uharr;uhblk;ulcorn;ulcorner;ulcrop;"
    "ultri;umacr;umluml;uogon;uopf;uparrow;updownarrow;upharpoonleft;"
    "upharpoonright;uplus;upsi;upsih;upsilon;upuparrows;urcorn;urcorner;"
    "urcrop;uring;urtri;uscr;utdot;utilde;utri;utrif;uuarr;uumluuml;"
    "uwangle;vArr;vBar;vBarv;vDash;vangrt;varepsilon;varkappa;varnothing;"
    "varphi;varpi;varpropto;varr;varrho;varsigma;varsubsetneq;"
    "varsubsetneqq;varsupsetneq;varsupsetneqq;vartheta;vartriangleleft;"
    "vartriangleright;vcy;vdash;vee;veebar;veeeq;vellip;verbar;vert;vfr;"
    "vltri;vnsub;vnsup;vopf;vprop;vrtri;vscr;vsubnE;vsubne;vsupnE;vsupne;"
    "vzigzag;wcirc;wedbar;wedge;wedgeq;weierp;wfr;wopf;wp;wr;wreath;wscr;"
    "xcap;xcirc;xcup;xdtri;xfr;xhArr;xharr;xi;xlArr;xlarr;xmap;xnis;xodot;"
    "xopf;xoplus;xotime;xrArr;xrarr;xscr;xsqcup;xuplus;xutri;xvee;xwedge;"
    "yacuteyacute;yacy;ycirc;ycy;yenyen;yfr;yicy;yopf;yscr;yucy;yumlyuml;"
    "zacute;zcaron;zcy;zdot;zeetrf;zeta;zfr;zhcy;zigrarr;zopf;zscr;zwj;"
    "zwnj;";

static const entity_t  entities[ENTITIES] = {
    {0,5,2,{195,134}}, {5,6,2,{195,134}}, {11,3,1,{38}}, {14,4,1,{38}},
    {18,6,2,{195,129}}, {24,7,2,{195,129}}, {31,7,2,{196,130}},
    {38,5,2,{195,130}}, {43,6,2,{195,130}}, {49,4,2,{208,144}},
    {53,4,4,{240,157,148,132}}, {57,6,2,{195,128}}, {63,7,2,{195,128}},
    {70,6,2,{206,145}}, {76,6,2,{196,128}}, {82,4,3,{226,169,147}},
    {86,6,2,{196,132}}, {92,5,4,{240,157,148,184}}, {97,14,3,{226,129,161}},
    {111,5,2,{195,133}}, {116,6,2,{195,133}}, {122,5,4,{240,157,146,156}},
    {127,7,3,{226,137,148}}, {134,6,2,{195,131}}, {140,7,2,{195,131}},
    {147,4,2,{195,132}}, {151,5,2,{195,132}}, {156,10,3,{226,136,150}},
    {166,5,3,{226,171,167}}, {171,7,3,{226,140,134}}, {178,4,2,{208,145}},
    {182,8,3,{226,136,181}}, {190,11,3,{226,132,172}}, {201,5,2,{206,146}},
    {206,4,4,{240,157,148,133}}, {210,5,4,{240,157,148,185}},
    {215,6,2,{203,152}}, {221,5,3,{226,132,172}}, {226,7,3,{226,137,142}},
    {233,5,2,{208,167}}, {238,4,2,{194,169}}, {242,5,2,{194,169}},
    {247,7,2,{196,134}}, {254,4,3,{226,139,146}}, {258,21,3,{226,133,133}},
    {279,8,3,{226,132,173}}, {287,7,2,{196,140}}, {294,6,2,{195,135}},
    {300,7,2,{195,135}}, {307,6,2,{196,136}}, {313,8,3,{226,136,176}},
    {321,5,2,{196,138}}, {326,8,2,{194,184}}, {334,10,2,{194,183}},
    {344,4,3,{226,132,173}}, {348,4,2,{206,167}}, {352,10,3,{226,138,153}},
    {362,12,3,{226,138,150}}, {374,11,3,{226,138,149}},
    {385,12,3,{226,138,151}}, {397,25,3,{226,136,178}},
    {422,22,3,{226,128,157}}, {444,16,3,{226,128,153}}, {460,6,3,{226,136,183}},
    {466,7,3,{226,169,180}}, {473,10,3,{226,137,161}}, {483,7,3,{226,136,175}},
    {490,16,3,{226,136,174}}, {506,5,3,{226,132,130}}, {511,10,3,{226,136,144}},
    {521,32,3,{226,136,179}}, {553,6,3,{226,168,175}},
    {559,5,4,{240,157,146,158}}, {564,4,3,{226,139,147}},
    {568,7,3,{226,137,141}}, {575,3,3,{226,133,133}}, {578,9,3,{226,164,145}},
    {587,5,2,{208,130}}, {592,5,2,{208,133}}, {597,5,2,{208,143}},
    {602,7,3,{226,128,161}}, {609,5,3,{226,134,161}}, {614,6,3,{226,171,164}},
    {620,7,2,{196,142}}, {627,4,2,{208,148}}, {631,4,3,{226,136,135}},
    {635,6,2,{206,148}}, {641,4,4,{240,157,148,135}}, {645,17,2,{194,180}},
    {662,15,2,{203,153}}, {677,23,2,{203,157}}, {700,17,1,{96}},
    {717,17,2,{203,156}}, {734,8,3,{226,139,132}}, {742,14,3,{226,133,134}},
    {756,5,4,{240,157,148,187}}, {761,4,2,{194,168}}, {765,7,3,{226,131,156}},
    {772,9,3,{226,137,144}}, {781,22,3,{226,136,175}}, {803,10,2,{194,168}},
    {813,16,3,{226,135,147}}, {829,16,3,{226,135,144}},
    {845,21,3,{226,135,148}}, {866,14,3,{226,171,164}},
    {880,20,3,{226,159,184}}, {900,25,3,{226,159,186}},
    {925,21,3,{226,159,185}}, {946,17,3,{226,135,146}},
    {963,15,3,{226,138,168}}, {978,14,3,{226,135,145}},
    {992,18,3,{226,135,149}}, {1010,18,3,{226,136,165}},
    {1028,10,3,{226,134,147}}, {1038,13,3,{226,164,147}},
    {1051,17,3,{226,135,181}}, {1068,10,2,{204,145}}, {1078,20,3,{226,165,144}},
    {1098,18,3,{226,165,158}}, {1116,15,3,{226,134,189}},
    {1131,18,3,{226,165,150}}, {1149,19,3,{226,165,159}},
    {1168,16,3,{226,135,129}}, {1184,19,3,{226,165,151}},
    {1203,8,3,{226,138,164}}, {1211,13,3,{226,134,167}},
    {1224,10,3,{226,135,147}}, {1234,5,4,{240,157,146,159}},
    {1239,7,2,{196,144}}, {1246,4,2,{197,138}}, {1250,3,2,{195,144}},
    {1253,4,2,{195,144}}, {1257,6,2,{195,137}}, {1263,7,2,{195,137}},
    {1270,7,2,{196,154}}, {1277,5,2,{195,138}}, {1282,6,2,{195,138}},
    {1288,4,2,{208,173}}, {1292,5,2,{196,150}}, {1297,4,4,{240,157,148,136}},
    {1301,6,2,{195,136}}, {1307,7,2,{195,136}}, {1314,8,3,{226,136,136}},
    {1322,6,2,{196,146}}, {1328,17,3,{226,151,187}}, {1345,21,3,{226,150,171}},
    {1366,6,2,{196,152}}, {1372,5,4,{240,157,148,188}}, {1377,8,2,{206,149}},
    {1385,6,3,{226,169,181}}, {1391,11,3,{226,137,130}},
    {1402,12,3,{226,135,140}}, {1414,5,3,{226,132,176}},
    {1419,5,3,{226,169,179}}, {1424,4,2,{206,151}}, {1428,4,2,{195,139}},
    {1432,5,2,{195,139}}, {1437,7,3,{226,136,131}}, {1444,13,3,{226,133,135}},
    {1457,4,2,{208,164}}, {1461,4,4,{240,157,148,137}},
    {1465,18,3,{226,151,188}}, {1483,22,3,{226,150,170}},
    {1505,5,4,{240,157,148,189}}, {1510,7,3,{226,136,128}},
    {1517,11,3,{226,132,177}}, {1528,5,3,{226,132,177}}, {1533,5,2,{208,131}},
    {1538,2,1,{62}}, {1540,3,1,{62}}, {1543,6,2,{206,147}},
    {1549,7,2,{207,156}}, {1556,7,2,{196,158}}, {1563,7,2,{196,162}},
    {1570,6,2,{196,156}}, {1576,4,2,{208,147}}, {1580,5,2,{196,160}},
    {1585,4,4,{240,157,148,138}}, {1589,3,3,{226,139,153}},
    {1592,5,4,{240,157,148,190}}, {1597,13,3,{226,137,165}},
    {1610,17,3,{226,139,155}}, {1627,17,3,{226,137,167}},
    {1644,15,3,{226,170,162}}, {1659,12,3,{226,137,183}},
    {1671,18,3,{226,169,190}}, {1689,13,3,{226,137,179}},
    {1702,5,4,{240,157,146,162}}, {1707,3,3,{226,137,171}},
    {1710,7,2,{208,170}}, {1717,6,2,{203,135}}, {1723,4,1,{94}},
    {1727,6,2,{196,164}}, {1733,4,3,{226,132,140}}, {1737,13,3,{226,132,139}},
    {1750,5,3,{226,132,141}}, {1755,15,3,{226,148,128}},
    {1770,5,3,{226,132,139}}, {1775,7,2,{196,166}}, {1782,13,3,{226,137,142}},
    {1795,10,3,{226,137,143}}, {1805,5,2,{208,149}}, {1810,6,2,{196,178}},
    {1816,5,2,{208,129}}, {1821,6,2,{195,141}}, {1827,7,2,{195,141}},
    {1834,5,2,{195,142}}, {1839,6,2,{195,142}}, {1845,4,2,{208,152}},
    {1849,5,2,{196,176}}, {1854,4,3,{226,132,145}}, {1858,6,2,{195,140}},
    {1864,7,2,{195,140}}, {1871,3,3,{226,132,145}}, {1874,6,2,{196,170}},
    {1880,11,3,{226,133,136}}, {1891,8,3,{226,135,146}},
    {1899,4,3,{226,136,172}}, {1903,9,3,{226,136,171}},
    {1912,13,3,{226,139,130}}, {1925,15,3,{226,129,163}},
    {1940,15,3,{226,129,162}}, {1955,6,2,{196,174}},
    {1961,5,4,{240,157,149,128}}, {1966,5,2,{206,153}},
    {1971,5,3,{226,132,144}}, {1976,7,2,{196,168}}, {1983,6,2,{208,134}},
    {1989,4,2,{195,143}}, {1993,5,2,{195,143}}, {1998,6,2,{196,180}},
    {2004,4,2,{208,153}}, {2008,4,4,{240,157,148,141}},
    {2012,5,4,{240,157,149,129}}, {2017,5,4,{240,157,146,165}},
    {2022,7,2,{208,136}}, {2029,6,2,{208,132}}, {2035,5,2,{208,165}},
    {2040,5,2,{208,140}}, {2045,6,2,{206,154}}, {2051,7,2,{196,182}},
    {2058,4,2,{208,154}}, {2062,4,4,{240,157,148,142}},
    {2066,5,4,{240,157,149,130}}, {2071,5,4,{240,157,146,166}},
    {2076,5,2,{208,137}}, {2081,2,1,{60}}, {2083,3,1,{60}},
    {2086,7,2,{196,185}}, {2093,7,2,{206,155}}, {2100,5,3,{226,159,170}},
    {2105,11,3,{226,132,146}}, {2116,5,3,{226,134,158}}, {2121,7,2,{196,189}},
    {2128,7,2,{196,187}}, {2135,4,2,{208,155}}, {2139,17,3,{226,159,168}},
    {2156,10,3,{226,134,144}}, {2166,13,3,{226,135,164}},
    {2179,20,3,{226,135,134}}, {2199,12,3,{226,140,136}},
    {2211,18,3,{226,159,166}}, {2229,18,3,{226,165,161}},
    {2247,15,3,{226,135,131}}, {2262,18,3,{226,165,153}},
    {2280,10,3,{226,140,138}}, {2290,15,3,{226,134,148}},
    {2305,16,3,{226,165,142}}, {2321,8,3,{226,138,163}},
    {2329,13,3,{226,134,164}}, {2342,14,3,{226,165,154}},
    {2356,13,3,{226,138,178}}, {2369,16,3,{226,167,143}},
    {2385,18,3,{226,138,180}}, {2403,17,3,{226,165,145}},
    {2420,16,3,{226,165,160}}, {2436,13,3,{226,134,191}},
    {2449,16,3,{226,165,152}}, {2465,11,3,{226,134,188}},
    {2476,14,3,{226,165,146}}, {2490,10,3,{226,135,144}},
    {2500,15,3,{226,135,148}}, {2515,17,3,{226,139,154}},
    {2532,14,3,{226,137,166}}, {2546,12,3,{226,137,182}},
    {2558,9,3,{226,170,161}}, {2567,15,3,{226,169,189}},
    {2582,10,3,{226,137,178}}, {2592,4,4,{240,157,148,143}},
    {2596,3,3,{226,139,152}}, {2599,11,3,{226,135,154}}, {2610,7,2,{196,191}},
    {2617,14,3,{226,159,181}}, {2631,19,3,{226,159,183}},
    {2650,15,3,{226,159,182}}, {2665,14,3,{226,159,184}},
    {2679,19,3,{226,159,186}}, {2698,15,3,{226,159,185}},
    {2713,5,4,{240,157,149,131}}, {2718,15,3,{226,134,153}},
    {2733,16,3,{226,134,152}}, {2749,5,3,{226,132,146}},
    {2754,4,3,{226,134,176}}, {2758,7,2,{197,129}}, {2765,3,3,{226,137,170}},
    {2768,4,3,{226,164,133}}, {2772,4,2,{208,156}}, {2776,12,3,{226,129,159}},
    {2788,10,3,{226,132,179}}, {2798,4,4,{240,157,148,144}},
    {2802,10,3,{226,136,147}}, {2812,5,4,{240,157,149,132}},
    {2817,5,3,{226,132,179}}, {2822,3,2,{206,156}}, {2825,5,2,{208,138}},
    {2830,7,2,{197,131}}, {2837,7,2,{197,135}}, {2844,7,2,{197,133}},
    {2851,4,2,{208,157}}, {2855,20,3,{226,128,139}}, {2875,19,3,{226,128,139}},
    {2894,18,3,{226,128,139}}, {2912,22,3,{226,128,139}},
    {2934,21,3,{226,137,171}}, {2955,15,3,{226,137,170}}, {2970,8,1,{10}},
    {2978,4,4,{240,157,148,145}}, {2982,8,3,{226,129,160}},
    {2990,17,2,{194,160}}, {3007,5,3,{226,132,149}}, {3012,4,3,{226,171,172}},
    {3016,13,3,{226,137,162}}, {3029,10,3,{226,137,173}},
    {3039,21,3,{226,136,166}}, {3060,11,3,{226,136,137}},
    {3071,9,3,{226,137,160}}, {3080,14,5,{226,137,130,204,184}},
    {3094,10,3,{226,136,132}}, {3104,11,3,{226,137,175}},
    {3115,16,3,{226,137,177}}, {3131,20,5,{226,137,167,204,184}},
    {3151,18,5,{226,137,171,204,184}}, {3169,15,3,{226,137,185}},
    {3184,21,5,{226,169,190,204,184}}, {3205,16,3,{226,137,181}},
    {3221,16,5,{226,137,142,204,184}}, {3237,13,5,{226,137,143,204,184}},
    {3250,16,3,{226,139,170}}, {3266,19,5,{226,167,143,204,184}},
    {3285,21,3,{226,139,172}}, {3306,8,3,{226,137,174}},
    {3314,13,3,{226,137,176}}, {3327,15,3,{226,137,184}},
    {3342,12,5,{226,137,170,204,184}}, {3354,18,5,{226,169,189,204,184}},
    {3372,13,3,{226,137,180}}, {3385,24,5,{226,170,162,204,184}},
    {3409,18,5,{226,170,161,204,184}}, {3427,12,3,{226,138,128}},
    {3439,17,5,{226,170,175,204,184}}, {3456,22,3,{226,139,160}},
    {3478,18,3,{226,136,140}}, {3496,17,3,{226,139,171}},
    {3513,20,5,{226,167,144,204,184}}, {3533,22,3,{226,139,173}},
    {3555,16,5,{226,138,143,204,184}}, {3571,21,3,{226,139,162}},
    {3592,18,5,{226,138,144,204,184}}, {3610,23,3,{226,139,163}},
    {3633,10,6,{226,138,130,226,131,146}}, {3643,15,3,{226,138,136}},
    {3658,12,3,{226,138,129}}, {3670,17,5,{226,170,176,204,184}},
    {3687,22,3,{226,139,161}}, {3709,17,5,{226,137,191,204,184}},
    {3726,12,6,{226,138,131,226,131,146}}, {3738,17,3,{226,138,137}},
    {3755,9,3,{226,137,129}}, {3764,14,3,{226,137,132}},
    {3778,18,3,{226,137,135}}, {3796,14,3,{226,137,137}},
    {3810,15,3,{226,136,164}}, {3825,5,4,{240,157,146,169}},
    {3830,6,2,{195,145}}, {3836,7,2,{195,145}}, {3843,3,2,{206,157}},
    {3846,6,2,{197,146}}, {3852,6,2,{195,147}}, {3858,7,2,{195,147}},
    {3865,5,2,{195,148}}, {3870,6,2,{195,148}}, {3876,4,2,{208,158}},
    {3880,7,2,{197,144}}, {3887,4,4,{240,157,148,146}}, {3891,6,2,{195,146}},
    {3897,7,2,{195,146}}, {3904,6,2,{197,140}}, {3910,6,2,{206,169}},
    {3916,8,2,{206,159}}, {3924,5,4,{240,157,149,134}},
    {3929,21,3,{226,128,156}}, {3950,15,3,{226,128,152}},
    {3965,3,3,{226,169,148}}, {3968,5,4,{240,157,146,170}},
    {3973,6,2,{195,152}}, {3979,7,2,{195,152}}, {3986,6,2,{195,149}},
    {3992,7,2,{195,149}}, {3999,7,3,{226,168,183}}, {4006,4,2,{195,150}},
    {4010,5,2,{195,150}}, {4015,8,3,{226,128,190}}, {4023,10,3,{226,143,158}},
    {4033,12,3,{226,142,180}}, {4045,16,3,{226,143,156}},
    {4061,9,3,{226,136,130}}, {4070,4,2,{208,159}},
    {4074,4,4,{240,157,148,147}}, {4078,4,2,{206,166}}, {4082,3,2,{206,160}},
    {4085,10,2,{194,177}}, {4095,14,3,{226,132,140}}, {4109,5,3,{226,132,153}},
    {4114,3,3,{226,170,187}}, {4117,9,3,{226,137,186}},
    {4126,14,3,{226,170,175}}, {4140,19,3,{226,137,188}},
    {4159,14,3,{226,137,190}}, {4173,6,3,{226,128,179}},
    {4179,8,3,{226,136,143}}, {4187,11,3,{226,136,183}},
    {4198,13,3,{226,136,157}}, {4211,5,4,{240,157,146,171}},
    {4216,4,2,{206,168}}, {4220,4,1,{34}}, {4224,5,1,{34}},
    {4229,4,4,{240,157,148,148}}, {4233,5,3,{226,132,154}},
    {4238,5,4,{240,157,146,172}}, {4243,6,3,{226,164,144}},
    {4249,3,2,{194,174}}, {4252,4,2,{194,174}}, {4256,7,2,{197,148}},
    {4263,5,3,{226,159,171}}, {4268,5,3,{226,134,160}},
    {4273,7,3,{226,164,150}}, {4280,7,2,{197,152}}, {4287,7,2,{197,150}},
    {4294,4,2,{208,160}}, {4298,3,3,{226,132,156}}, {4301,15,3,{226,136,139}},
    {4316,19,3,{226,135,139}}, {4335,21,3,{226,165,175}},
    {4356,4,3,{226,132,156}}, {4360,4,2,{206,161}}, {4364,18,3,{226,159,169}},
    {4382,11,3,{226,134,146}}, {4393,14,3,{226,135,165}},
    {4407,20,3,{226,135,132}}, {4427,13,3,{226,140,137}},
    {4440,19,3,{226,159,167}}, {4459,19,3,{226,165,157}},
    {4478,16,3,{226,135,130}}, {4494,19,3,{226,165,149}},
    {4513,11,3,{226,140,139}}, {4524,9,3,{226,138,162}},
    {4533,14,3,{226,134,166}}, {4547,15,3,{226,165,155}},
    {4562,14,3,{226,138,179}}, {4576,17,3,{226,167,144}},
    {4593,19,3,{226,138,181}}, {4612,18,3,{226,165,143}},
    {4630,17,3,{226,165,156}}, {4647,14,3,{226,134,190}},
    {4661,17,3,{226,165,148}}, {4678,12,3,{226,135,128}},
    {4690,15,3,{226,165,147}}, {4705,11,3,{226,135,146}},
    {4716,5,3,{226,132,157}}, {4721,13,3,{226,165,176}},
    {4734,12,3,{226,135,155}}, {4746,5,3,{226,132,155}},
    {4751,4,3,{226,134,177}}, {4755,12,3,{226,167,180}}, {4767,7,2,{208,169}},
    {4774,5,2,{208,168}}, {4779,7,2,{208,172}}, {4786,7,2,{197,154}},
    {4793,3,3,{226,170,188}}, {4796,7,2,{197,160}}, {4803,7,2,{197,158}},
    {4810,6,2,{197,156}}, {4816,4,2,{208,161}}, {4820,4,4,{240,157,148,150}},
    {4824,15,3,{226,134,147}}, {4839,15,3,{226,134,144}},
    {4854,16,3,{226,134,146}}, {4870,13,3,{226,134,145}}, {4883,6,2,{206,163}},
    {4889,12,3,{226,136,152}}, {4901,5,4,{240,157,149,138}},
    {4906,5,3,{226,136,154}}, {4911,7,3,{226,150,161}},
    {4918,19,3,{226,138,147}}, {4937,13,3,{226,138,143}},
    {4950,18,3,{226,138,145}}, {4968,15,3,{226,138,144}},
    {4983,20,3,{226,138,146}}, {5003,12,3,{226,138,148}},
    {5015,5,4,{240,157,146,174}}, {5020,5,3,{226,139,134}},
    {5025,4,3,{226,139,144}}, {5029,7,3,{226,139,144}},
    {5036,12,3,{226,138,134}}, {5048,9,3,{226,137,187}},
    {5057,14,3,{226,170,176}}, {5071,19,3,{226,137,189}},
    {5090,14,3,{226,137,191}}, {5104,9,3,{226,136,139}},
    {5113,4,3,{226,136,145}}, {5117,4,3,{226,139,145}},
    {5121,9,3,{226,138,131}}, {5130,14,3,{226,138,135}},
    {5144,7,3,{226,139,145}}, {5151,5,2,{195,158}}, {5156,6,2,{195,158}},
    {5162,6,3,{226,132,162}}, {5168,6,2,{208,139}}, {5174,5,2,{208,166}},
    {5179,4,1,{9}}, {5183,4,2,{206,164}}, {5187,7,2,{197,164}},
    {5194,7,2,{197,162}}, {5201,4,2,{208,162}}, {5205,4,4,{240,157,148,151}},
    {5209,10,3,{226,136,180}}, {5219,6,2,{206,152}},
    {5225,11,6,{226,129,159,226,128,138}}, {5236,10,3,{226,128,137}},
    {5246,6,3,{226,136,188}}, {5252,11,3,{226,137,131}},
    {5263,15,3,{226,137,133}}, {5278,11,3,{226,137,136}},
    {5289,5,4,{240,157,149,139}}, {5294,10,3,{226,131,155}},
    {5304,5,4,{240,157,146,175}}, {5309,7,2,{197,166}}, {5316,6,2,{195,154}},
    {5322,7,2,{195,154}}, {5329,5,3,{226,134,159}}, {5334,9,3,{226,165,137}},
    {5343,6,2,{208,142}}, {5349,7,2,{197,172}}, {5356,5,2,{195,155}},
    {5361,6,2,{195,155}}, {5367,4,2,{208,163}}, {5371,7,2,{197,176}},
    {5378,4,4,{240,157,148,152}}, {5382,6,2,{195,153}}, {5388,7,2,{195,153}},
    {5395,6,2,{197,170}}, {5401,9,1,{95}}, {5410,11,3,{226,143,159}},
    {5421,13,3,{226,142,181}}, {5434,17,3,{226,143,157}},
    {5451,6,3,{226,139,131}}, {5457,10,3,{226,138,142}}, {5467,6,2,{197,178}},
    {5473,5,4,{240,157,149,140}}, {5478,8,3,{226,134,145}},
    {5486,11,3,{226,164,146}}, {5497,17,3,{226,135,133}},
    {5514,12,3,{226,134,149}}, {5526,14,3,{226,165,174}},
    {5540,6,3,{226,138,165}}, {5546,11,3,{226,134,165}},
    {5557,8,3,{226,135,145}}, {5565,12,3,{226,135,149}},
    {5577,15,3,{226,134,150}}, {5592,16,3,{226,134,151}}, {5608,5,2,{207,146}},
    {5613,8,2,{206,165}}, {5621,6,2,{197,174}}, {5627,5,4,{240,157,146,176}},
    {5632,7,2,{197,168}}, {5639,4,2,{195,156}}, {5643,5,2,{195,156}},
    {5648,6,3,{226,138,171}}, {5654,5,3,{226,171,171}}, {5659,4,2,{208,146}},
    {5663,6,3,{226,138,169}}, {5669,7,3,{226,171,166}},
    {5676,4,3,{226,139,129}}, {5680,7,3,{226,128,150}},
    {5687,5,3,{226,128,150}}, {5692,12,3,{226,136,163}}, {5704,13,1,{124}},
    {5717,18,3,{226,157,152}}, {5735,14,3,{226,137,128}},
    {5749,14,3,{226,128,138}}, {5763,4,4,{240,157,148,153}},
    {5767,5,4,{240,157,149,141}}, {5772,5,4,{240,157,146,177}},
    {5777,7,3,{226,138,170}}, {5784,6,2,{197,180}}, {5790,6,3,{226,139,128}},
    {5796,4,4,{240,157,148,154}}, {5800,5,4,{240,157,149,142}},
    {5805,5,4,{240,157,146,178}}, {5810,4,4,{240,157,148,155}},
    {5814,3,2,{206,158}}, {5817,5,4,{240,157,149,143}},
    {5822,5,4,{240,157,146,179}}, {5827,5,2,{208,175}}, {5832,5,2,{208,135}},
    {5837,5,2,{208,174}}, {5842,6,2,{195,157}}, {5848,7,2,{195,157}},
    {5855,6,2,{197,182}}, {5861,4,2,{208,171}}, {5865,4,4,{240,157,148,156}},
    {5869,5,4,{240,157,149,144}}, {5874,5,4,{240,157,146,180}},
    {5879,5,2,{197,184}}, {5884,5,2,{208,150}}, {5889,7,2,{197,185}},
    {5896,7,2,{197,189}}, {5903,4,2,{208,151}}, {5907,5,2,{197,187}},
    {5912,15,3,{226,128,139}}, {5927,5,2,{206,150}}, {5932,4,3,{226,132,168}},
    {5936,5,3,{226,132,164}}, {5941,5,4,{240,157,146,181}},
    {5946,6,2,{195,161}}, {5952,7,2,{195,161}}, {5959,7,2,{196,131}},
    {5966,3,3,{226,136,190}}, {5969,4,5,{226,136,190,204,179}},
    {5973,4,3,{226,136,191}}, {5977,5,2,{195,162}}, {5982,6,2,{195,162}},
    {5988,5,2,{194,180}}, {5993,6,2,{194,180}}, {5999,4,2,{208,176}},
    {6003,5,2,{195,166}}, {6008,6,2,{195,166}}, {6014,3,3,{226,129,161}},
    {6017,4,4,{240,157,148,158}}, {6021,6,2,{195,160}}, {6027,7,2,{195,160}},
    {6034,8,3,{226,132,181}}, {6042,6,3,{226,132,181}}, {6048,6,2,{206,177}},
    {6054,6,2,{196,129}}, {6060,6,3,{226,168,191}}, {6066,3,1,{38}},
    {6069,4,1,{38}}, {6073,4,3,{226,136,167}}, {6077,7,3,{226,169,149}},
    {6084,5,3,{226,169,156}}, {6089,9,3,{226,169,152}},
    {6098,5,3,{226,169,154}}, {6103,4,3,{226,136,160}},
    {6107,5,3,{226,166,164}}, {6112,6,3,{226,136,160}},
    {6118,7,3,{226,136,161}}, {6125,9,3,{226,166,168}},
    {6134,9,3,{226,166,169}}, {6143,9,3,{226,166,170}},
    {6152,9,3,{226,166,171}}, {6161,9,3,{226,166,172}},
    {6170,9,3,{226,166,173}}, {6179,9,3,{226,166,174}},
    {6188,9,3,{226,166,175}}, {6197,6,3,{226,136,159}},
    {6203,8,3,{226,138,190}}, {6211,9,3,{226,166,157}},
    {6220,7,3,{226,136,162}}, {6227,6,2,{195,133}}, {6233,8,3,{226,141,188}},
    {6241,6,2,{196,133}}, {6247,5,4,{240,157,149,146}},
    {6252,3,3,{226,137,136}}, {6255,4,3,{226,169,176}},
    {6259,7,3,{226,169,175}}, {6266,4,3,{226,137,138}},
    {6270,5,3,{226,137,139}}, {6275,5,1,{39}}, {6280,7,3,{226,137,136}},
    {6287,9,3,{226,137,138}}, {6296,5,2,{195,165}}, {6301,6,2,{195,165}},
    {6307,5,4,{240,157,146,182}}, {6312,4,1,{42}}, {6316,6,3,{226,137,136}},
    {6322,8,3,{226,137,141}}, {6330,6,2,{195,163}}, {6336,7,2,{195,163}},
    {6343,4,2,{195,164}}, {6347,5,2,{195,164}}, {6352,9,3,{226,136,179}},
    {6361,6,3,{226,168,145}}, {6367,5,3,{226,171,173}},
    {6372,9,3,{226,137,140}}, {6381,12,2,{207,182}}, {6393,10,3,{226,128,181}},
    {6403,8,3,{226,136,189}}, {6411,10,3,{226,139,141}},
    {6421,7,3,{226,138,189}}, {6428,7,3,{226,140,133}},
    {6435,9,3,{226,140,133}}, {6444,5,3,{226,142,181}},
    {6449,9,3,{226,142,182}}, {6458,6,3,{226,137,140}}, {6464,4,2,{208,177}},
    {6468,6,3,{226,128,158}}, {6474,7,3,{226,136,181}},
    {6481,8,3,{226,136,181}}, {6489,8,3,{226,166,176}}, {6497,6,2,{207,182}},
    {6503,7,3,{226,132,172}}, {6510,5,2,{206,178}}, {6515,5,3,{226,132,182}},
    {6520,8,3,{226,137,172}}, {6528,4,4,{240,157,148,159}},
    {6532,7,3,{226,139,130}}, {6539,8,3,{226,151,175}},
    {6547,7,3,{226,139,131}}, {6554,8,3,{226,168,128}},
    {6562,9,3,{226,168,129}}, {6571,10,3,{226,168,130}},
    {6581,9,3,{226,168,134}}, {6590,8,3,{226,152,133}},
    {6598,16,3,{226,150,189}}, {6614,14,3,{226,150,179}},
    {6628,9,3,{226,168,132}}, {6637,7,3,{226,139,129}},
    {6644,9,3,{226,139,128}}, {6653,7,3,{226,164,141}},
    {6660,13,3,{226,167,171}}, {6673,12,3,{226,150,170}},
    {6685,14,3,{226,150,180}}, {6699,18,3,{226,150,190}},
    {6717,18,3,{226,151,130}}, {6735,19,3,{226,150,184}},
    {6754,6,3,{226,144,163}}, {6760,6,3,{226,150,146}},
    {6766,6,3,{226,150,145}}, {6772,6,3,{226,150,147}},
    {6778,6,3,{226,150,136}}, {6784,4,4,{61,226,131,165}},
    {6788,8,6,{226,137,161,226,131,165}}, {6796,5,3,{226,140,144}},
    {6801,5,4,{240,157,149,147}}, {6806,4,3,{226,138,165}},
    {6810,7,3,{226,138,165}}, {6817,7,3,{226,139,136}},
    {6824,6,3,{226,149,151}}, {6830,6,3,{226,149,148}},
    {6836,6,3,{226,149,150}}, {6842,6,3,{226,149,147}},
    {6848,5,3,{226,149,144}}, {6853,6,3,{226,149,166}},
    {6859,6,3,{226,149,169}}, {6865,6,3,{226,149,164}},
    {6871,6,3,{226,149,167}}, {6877,6,3,{226,149,157}},
    {6883,6,3,{226,149,154}}, {6889,6,3,{226,149,156}},
    {6895,6,3,{226,149,153}}, {6901,5,3,{226,149,145}},
    {6906,6,3,{226,149,172}}, {6912,6,3,{226,149,163}},
    {6918,6,3,{226,149,160}}, {6924,6,3,{226,149,171}},
    {6930,6,3,{226,149,162}}, {6936,6,3,{226,149,159}},
    {6942,7,3,{226,167,137}}, {6949,6,3,{226,149,149}},
    {6955,6,3,{226,149,146}}, {6961,6,3,{226,148,144}},
    {6967,6,3,{226,148,140}}, {6973,5,3,{226,148,128}},
    {6978,6,3,{226,149,165}}, {6984,6,3,{226,149,168}},
    {6990,6,3,{226,148,172}}, {6996,6,3,{226,148,180}},
    {7002,9,3,{226,138,159}}, {7011,8,3,{226,138,158}},
    {7019,9,3,{226,138,160}}, {7028,6,3,{226,149,155}},
    {7034,6,3,{226,149,152}}, {7040,6,3,{226,148,152}},
    {7046,6,3,{226,148,148}}, {7052,5,3,{226,148,130}},
    {7057,6,3,{226,149,170}}, {7063,6,3,{226,149,161}},
    {7069,6,3,{226,149,158}}, {7075,6,3,{226,148,188}},
    {7081,6,3,{226,148,164}}, {7087,6,3,{226,148,156}},
    {7093,7,3,{226,128,181}}, {7100,6,2,{203,152}}, {7106,6,2,{194,166}},
    {7112,7,2,{194,166}}, {7119,5,4,{240,157,146,183}},
    {7124,6,3,{226,129,143}}, {7130,5,3,{226,136,189}},
    {7135,6,3,{226,139,141}}, {7141,5,1,{92}}, {7146,6,3,{226,167,133}},
    {7152,9,3,{226,159,136}}, {7161,5,3,{226,128,162}},
    {7166,7,3,{226,128,162}}, {7173,5,3,{226,137,142}},
    {7178,6,3,{226,170,174}}, {7184,6,3,{226,137,143}},
    {7190,7,3,{226,137,143}}, {7197,7,2,{196,135}}, {7204,4,3,{226,136,169}},
    {7208,7,3,{226,169,132}}, {7215,9,3,{226,169,137}},
    {7224,7,3,{226,169,139}}, {7231,7,3,{226,169,135}},
    {7238,7,3,{226,169,128}}, {7245,5,6,{226,136,169,239,184,128}},
    {7250,6,3,{226,129,129}}, {7256,6,2,{203,135}}, {7262,6,3,{226,169,141}},
    {7268,7,2,{196,141}}, {7275,6,2,{195,167}}, {7281,7,2,{195,167}},
    {7288,6,2,{196,137}}, {7294,6,3,{226,169,140}}, {7300,8,3,{226,169,144}},
    {7308,5,2,{196,139}}, {7313,5,2,{194,184}}, {7318,6,2,{194,184}},
    {7324,8,3,{226,166,178}}, {7332,4,2,{194,162}}, {7336,5,2,{194,162}},
    {7341,10,2,{194,183}}, {7351,4,4,{240,157,148,160}}, {7355,5,2,{209,135}},
    {7360,6,3,{226,156,147}}, {7366,10,3,{226,156,147}}, {7376,4,2,{207,135}},
    {7380,4,3,{226,151,139}}, {7384,5,3,{226,167,131}}, {7389,5,2,{203,134}},
    {7394,7,3,{226,137,151}}, {7401,16,3,{226,134,186}},
    {7417,17,3,{226,134,187}}, {7434,9,2,{194,174}}, {7443,9,3,{226,147,136}},
    {7452,11,3,{226,138,155}}, {7463,12,3,{226,138,154}},
    {7475,12,3,{226,138,157}}, {7487,5,3,{226,137,151}},
    {7492,9,3,{226,168,144}}, {7501,7,3,{226,171,175}},
    {7508,8,3,{226,167,130}}, {7516,6,3,{226,153,163}},
    {7522,9,3,{226,153,163}}, {7531,6,1,{58}}, {7537,7,3,{226,137,148}},
    {7544,8,3,{226,137,148}}, {7552,6,1,{44}}, {7558,7,1,{64}},
    {7565,5,3,{226,136,129}}, {7570,7,3,{226,136,152}},
    {7577,11,3,{226,136,129}}, {7588,10,3,{226,132,130}},
    {7598,5,3,{226,137,133}}, {7603,8,3,{226,169,173}},
    {7611,7,3,{226,136,174}}, {7618,5,4,{240,157,149,148}},
    {7623,7,3,{226,136,144}}, {7630,4,2,{194,169}}, {7634,5,2,{194,169}},
    {7639,7,3,{226,132,151}}, {7646,6,3,{226,134,181}},
    {7652,6,3,{226,156,151}}, {7658,5,4,{240,157,146,184}},
    {7663,5,3,{226,171,143}}, {7668,6,3,{226,171,145}},
    {7674,5,3,{226,171,144}}, {7679,6,3,{226,171,146}},
    {7685,6,3,{226,139,175}}, {7691,8,3,{226,164,184}},
    {7699,8,3,{226,164,181}}, {7707,6,3,{226,139,158}},
    {7713,6,3,{226,139,159}}, {7719,7,3,{226,134,182}},
    {7726,8,3,{226,164,189}}, {7734,4,3,{226,136,170}},
    {7738,9,3,{226,169,136}}, {7747,7,3,{226,169,134}},
    {7754,7,3,{226,169,138}}, {7761,7,3,{226,138,141}},
    {7768,6,3,{226,169,133}}, {7774,5,6,{226,136,170,239,184,128}},
    {7779,7,3,{226,134,183}}, {7786,8,3,{226,164,188}},
    {7794,12,3,{226,139,158}}, {7806,12,3,{226,139,159}},
    {7818,9,3,{226,139,142}}, {7827,11,3,{226,139,143}}, {7838,6,2,{194,164}},
    {7844,7,2,{194,164}}, {7851,15,3,{226,134,182}}, {7866,16,3,{226,134,183}},
    {7882,6,3,{226,139,142}}, {7888,6,3,{226,139,143}},
    {7894,9,3,{226,136,178}}, {7903,6,3,{226,136,177}},
    {7909,7,3,{226,140,173}}, {7916,5,3,{226,135,147}},
    {7921,5,3,{226,165,165}}, {7926,7,3,{226,128,160}},
    {7933,7,3,{226,132,184}}, {7940,5,3,{226,134,147}},
    {7945,5,3,{226,128,144}}, {7950,6,3,{226,138,163}},
    {7956,8,3,{226,164,143}}, {7964,6,2,{203,157}}, {7970,7,2,{196,143}},
    {7977,4,2,{208,180}}, {7981,3,3,{226,133,134}}, {7984,8,3,{226,128,161}},
    {7992,6,3,{226,135,138}}, {7998,8,3,{226,169,183}}, {8006,3,2,{194,176}},
    {8009,4,2,{194,176}}, {8013,6,2,{206,180}}, {8019,8,3,{226,166,177}},
    {8027,7,3,{226,165,191}}, {8034,4,4,{240,157,148,161}},
    {8038,6,3,{226,135,131}}, {8044,6,3,{226,135,130}},
    {8050,5,3,{226,139,132}}, {8055,8,3,{226,139,132}},
    {8063,12,3,{226,153,166}}, {8075,6,3,{226,153,166}}, {8081,4,2,{194,168}},
    {8085,8,2,{207,157}}, {8093,6,3,{226,139,178}}, {8099,4,2,{195,183}},
    {8103,6,2,{195,183}}, {8109,7,2,{195,183}}, {8116,14,3,{226,139,135}},
    {8130,7,3,{226,139,135}}, {8137,5,2,{209,146}}, {8142,7,3,{226,140,158}},
    {8149,7,3,{226,140,141}}, {8156,7,1,{36}}, {8163,5,4,{240,157,149,149}},
    {8168,4,2,{203,153}}, {8172,6,3,{226,137,144}}, {8178,9,3,{226,137,145}},
    {8187,9,3,{226,136,184}}, {8196,8,3,{226,136,148}},
    {8204,10,3,{226,138,161}}, {8214,15,3,{226,140,134}},
    {8229,10,3,{226,134,147}}, {8239,15,3,{226,135,138}},
    {8254,16,3,{226,135,131}}, {8270,17,3,{226,135,130}},
    {8287,9,3,{226,164,144}}, {8296,7,3,{226,140,159}},
    {8303,7,3,{226,140,140}}, {8310,5,4,{240,157,146,185}},
    {8315,5,2,{209,149}}, {8320,5,3,{226,167,182}}, {8325,7,2,{196,145}},
    {8332,6,3,{226,139,177}}, {8338,5,3,{226,150,191}},
    {8343,6,3,{226,150,190}}, {8349,6,3,{226,135,181}},
    {8355,6,3,{226,165,175}}, {8361,8,3,{226,166,166}}, {8369,5,2,{209,159}},
    {8374,9,3,{226,159,191}}, {8383,6,3,{226,169,183}},
    {8389,5,3,{226,137,145}}, {8394,6,2,{195,169}}, {8400,7,2,{195,169}},
    {8407,7,3,{226,169,174}}, {8414,7,2,{196,155}}, {8421,5,3,{226,137,150}},
    {8426,5,2,{195,170}}, {8431,6,2,{195,170}}, {8437,7,3,{226,137,149}},
    {8444,4,2,{209,141}}, {8448,5,2,{196,151}}, {8453,3,3,{226,133,135}},
    {8456,6,3,{226,137,146}}, {8462,4,4,{240,157,148,162}},
    {8466,3,3,{226,170,154}}, {8469,6,2,{195,168}}, {8475,7,2,{195,168}},
    {8482,4,3,{226,170,150}}, {8486,7,3,{226,170,152}},
    {8493,3,3,{226,170,153}}, {8496,9,3,{226,143,167}},
    {8505,4,3,{226,132,147}}, {8509,4,3,{226,170,149}},
    {8513,7,3,{226,170,151}}, {8520,6,2,{196,147}}, {8526,6,3,{226,136,133}},
    {8532,9,3,{226,136,133}}, {8541,7,3,{226,136,133}},
    {8548,7,3,{226,128,132}}, {8555,7,3,{226,128,133}},
    {8562,5,3,{226,128,131}}, {8567,4,2,{197,139}}, {8571,5,3,{226,128,130}},
    {8576,6,2,{196,153}}, {8582,5,4,{240,157,149,150}},
    {8587,5,3,{226,139,149}}, {8592,7,3,{226,167,163}},
    {8599,6,3,{226,169,177}}, {8605,5,2,{206,181}}, {8610,8,2,{206,181}},
    {8618,6,2,{207,181}}, {8624,7,3,{226,137,150}}, {8631,8,3,{226,137,149}},
    {8639,6,3,{226,137,130}}, {8645,11,3,{226,170,150}},
    {8656,12,3,{226,170,149}}, {8668,7,1,{61}}, {8675,7,3,{226,137,159}},
    {8682,6,3,{226,137,161}}, {8688,8,3,{226,169,184}},
    {8696,9,3,{226,167,165}}, {8705,6,3,{226,137,147}},
    {8711,6,3,{226,165,177}}, {8717,5,3,{226,132,175}},
    {8722,6,3,{226,137,144}}, {8728,5,3,{226,137,130}}, {8733,4,2,{206,183}},
    {8737,3,2,{195,176}}, {8740,4,2,{195,176}}, {8744,4,2,{195,171}},
    {8748,5,2,{195,171}}, {8753,5,3,{226,130,172}}, {8758,5,1,{33}},
    {8763,6,3,{226,136,131}}, {8769,12,3,{226,132,176}},
    {8781,13,3,{226,133,135}}, {8794,14,3,{226,137,146}}, {8808,4,2,{209,132}},
    {8812,7,3,{226,153,128}}, {8819,7,3,{239,172,131}},
    {8826,6,3,{239,172,128}}, {8832,7,3,{239,172,132}},
    {8839,4,4,{240,157,148,163}}, {8843,6,3,{239,172,129}},
    {8849,6,2,{102,106}}, {8855,5,3,{226,153,173}}, {8860,6,3,{239,172,130}},
    {8866,6,3,{226,150,177}}, {8872,5,2,{198,146}},
    {8877,5,4,{240,157,149,151}}, {8882,7,3,{226,136,128}},
    {8889,5,3,{226,139,148}}, {8894,6,3,{226,171,153}},
    {8900,9,3,{226,168,141}}, {8909,6,2,{194,189}}, {8915,7,2,{194,189}},
    {8922,7,3,{226,133,147}}, {8929,6,2,{194,188}}, {8935,7,2,{194,188}},
    {8942,7,3,{226,133,149}}, {8949,7,3,{226,133,153}},
    {8956,7,3,{226,133,155}}, {8963,7,3,{226,133,148}},
    {8970,7,3,{226,133,150}}, {8977,6,2,{194,190}}, {8983,7,2,{194,190}},
    {8990,7,3,{226,133,151}}, {8997,7,3,{226,133,156}},
    {9004,7,3,{226,133,152}}, {9011,7,3,{226,133,154}},
    {9018,7,3,{226,133,157}}, {9025,7,3,{226,133,158}},
    {9032,6,3,{226,129,132}}, {9038,6,3,{226,140,162}},
    {9044,5,4,{240,157,146,187}}, {9049,3,3,{226,137,167}},
    {9052,4,3,{226,170,140}}, {9056,7,2,{199,181}}, {9063,6,2,{206,179}},
    {9069,7,2,{207,157}}, {9076,4,3,{226,170,134}}, {9080,7,2,{196,159}},
    {9087,6,2,{196,157}}, {9093,4,2,{208,179}}, {9097,5,2,{196,161}},
    {9102,3,3,{226,137,165}}, {9105,4,3,{226,139,155}},
    {9109,4,3,{226,137,165}}, {9113,5,3,{226,137,167}},
    {9118,9,3,{226,169,190}}, {9127,4,3,{226,169,190}},
    {9131,6,3,{226,170,169}}, {9137,7,3,{226,170,128}},
    {9144,8,3,{226,170,130}}, {9152,9,3,{226,170,132}},
    {9161,5,6,{226,139,155,239,184,128}}, {9166,7,3,{226,170,148}},
    {9173,4,4,{240,157,148,164}}, {9177,3,3,{226,137,171}},
    {9180,4,3,{226,139,153}}, {9184,6,3,{226,132,183}}, {9190,5,2,{209,147}},
    {9195,3,3,{226,137,183}}, {9198,4,3,{226,170,146}},
    {9202,4,3,{226,170,165}}, {9206,4,3,{226,170,164}},
    {9210,4,3,{226,137,169}}, {9214,5,3,{226,170,138}},
    {9219,9,3,{226,170,138}}, {9228,4,3,{226,170,136}},
    {9232,5,3,{226,170,136}}, {9237,6,3,{226,137,169}},
    {9243,6,3,{226,139,167}}, {9249,5,4,{240,157,149,152}}, {9254,6,1,{96}},
    {9260,5,3,{226,132,138}}, {9265,5,3,{226,137,179}},
    {9270,6,3,{226,170,142}}, {9276,6,3,{226,170,144}}, {9282,2,1,{62}},
    {9284,3,1,{62}}, {9287,5,3,{226,170,167}}, {9292,6,3,{226,169,186}},
    {9298,6,3,{226,139,151}}, {9304,7,3,{226,166,149}},
    {9311,8,3,{226,169,188}}, {9319,10,3,{226,170,134}},
    {9329,7,3,{226,165,184}}, {9336,7,3,{226,139,151}},
    {9343,10,3,{226,139,155}}, {9353,11,3,{226,170,140}},
    {9364,8,3,{226,137,183}}, {9372,7,3,{226,137,179}},
    {9379,10,6,{226,137,169,239,184,128}}, {9389,5,6,{226,137,169,239,184,128}},
    {9394,5,3,{226,135,148}}, {9399,7,3,{226,128,138}}, {9406,5,2,{194,189}},
    {9411,7,3,{226,132,139}}, {9418,7,2,{209,138}}, {9425,5,3,{226,134,148}},
    {9430,8,3,{226,165,136}}, {9438,6,3,{226,134,173}},
    {9444,5,3,{226,132,143}}, {9449,6,2,{196,165}}, {9455,7,3,{226,153,165}},
    {9462,10,3,{226,153,165}}, {9472,7,3,{226,128,166}},
    {9479,7,3,{226,138,185}}, {9486,4,4,{240,157,148,165}},
    {9490,9,3,{226,164,165}}, {9499,9,3,{226,164,166}},
    {9508,6,3,{226,135,191}}, {9514,7,3,{226,136,187}},
    {9521,14,3,{226,134,169}}, {9535,15,3,{226,134,170}},
    {9550,5,4,{240,157,149,153}}, {9555,7,3,{226,128,149}},
    {9562,5,4,{240,157,146,189}}, {9567,7,3,{226,132,143}},
    {9574,7,2,{196,167}}, {9581,7,3,{226,129,131}}, {9588,7,3,{226,128,144}},
    {9595,6,2,{195,173}}, {9601,7,2,{195,173}}, {9608,3,3,{226,129,163}},
    {9611,5,2,{195,174}}, {9616,6,2,{195,174}}, {9622,4,2,{208,184}},
    {9626,5,2,{208,181}}, {9631,5,2,{194,161}}, {9636,6,2,{194,161}},
    {9642,4,3,{226,135,148}}, {9646,4,4,{240,157,148,166}},
    {9650,6,2,{195,172}}, {9656,7,2,{195,172}}, {9663,3,3,{226,133,136}},
    {9666,7,3,{226,168,140}}, {9673,6,3,{226,136,173}},
    {9679,7,3,{226,167,156}}, {9686,6,3,{226,132,169}}, {9692,6,2,{196,179}},
    {9698,6,2,{196,171}}, {9704,6,3,{226,132,145}}, {9710,9,3,{226,132,144}},
    {9719,9,3,{226,132,145}}, {9728,6,2,{196,177}}, {9734,5,3,{226,138,183}},
    {9739,6,2,{198,181}}, {9745,3,3,{226,136,136}}, {9748,7,3,{226,132,133}},
    {9755,6,3,{226,136,158}}, {9761,9,3,{226,167,157}}, {9770,7,2,{196,177}},
    {9777,4,3,{226,136,171}}, {9781,7,3,{226,138,186}},
    {9788,9,3,{226,132,164}}, {9797,9,3,{226,138,186}},
    {9806,9,3,{226,168,151}}, {9815,8,3,{226,168,188}}, {9823,5,2,{209,145}},
    {9828,6,2,{196,175}}, {9834,5,4,{240,157,149,154}}, {9839,5,2,{206,185}},
    {9844,6,3,{226,168,188}}, {9850,6,2,{194,191}}, {9856,7,2,{194,191}},
    {9863,5,4,{240,157,146,190}}, {9868,5,3,{226,136,136}},
    {9873,6,3,{226,139,185}}, {9879,8,3,{226,139,181}},
    {9887,6,3,{226,139,180}}, {9893,7,3,{226,139,179}},
    {9900,6,3,{226,136,136}}, {9906,3,3,{226,129,162}}, {9909,7,2,{196,169}},
    {9916,6,2,{209,150}}, {9922,4,2,{195,175}}, {9926,5,2,{195,175}},
    {9931,6,2,{196,181}}, {9937,4,2,{208,185}}, {9941,4,4,{240,157,148,167}},
    {9945,6,2,{200,183}}, {9951,5,4,{240,157,149,155}},
    {9956,5,4,{240,157,146,191}}, {9961,7,2,{209,152}}, {9968,6,2,{209,148}},
    {9974,6,2,{206,186}}, {9980,7,2,{207,176}}, {9987,7,2,{196,183}},
    {9994,4,2,{208,186}}, {9998,4,4,{240,157,148,168}}, {10002,7,2,{196,184}},
    {10009,5,2,{209,133}}, {10014,5,2,{209,156}}, {10019,5,4,{240,157,149,156}},
    {10024,5,4,{240,157,147,128}}, {10029,6,3,{226,135,154}},
    {10035,5,3,{226,135,144}}, {10040,7,3,{226,164,155}},
    {10047,6,3,{226,164,142}}, {10053,3,3,{226,137,166}},
    {10056,4,3,{226,170,139}}, {10060,5,3,{226,165,162}}, {10065,7,2,{196,186}},
    {10072,9,3,{226,166,180}}, {10081,7,3,{226,132,146}}, {10088,7,2,{206,187}},
    {10095,5,3,{226,159,168}}, {10100,6,3,{226,166,145}},
    {10106,7,3,{226,159,168}}, {10113,4,3,{226,170,133}}, {10117,5,2,{194,171}},
    {10122,6,2,{194,171}}, {10128,5,3,{226,134,144}}, {10133,6,3,{226,135,164}},
    {10139,8,3,{226,164,159}}, {10147,7,3,{226,164,157}},
    {10154,7,3,{226,134,169}}, {10161,7,3,{226,134,171}},
    {10168,7,3,{226,164,185}}, {10175,8,3,{226,165,179}},
    {10183,7,3,{226,134,162}}, {10190,4,3,{226,170,171}},
    {10194,7,3,{226,164,153}}, {10201,5,3,{226,170,173}},
    {10206,6,6,{226,170,173,239,184,128}}, {10212,6,3,{226,164,140}},
    {10218,6,3,{226,157,178}}, {10224,7,1,{123}}, {10231,7,1,{91}},
    {10238,6,3,{226,166,139}}, {10244,8,3,{226,166,143}},
    {10252,8,3,{226,166,141}}, {10260,7,2,{196,190}}, {10267,7,2,{196,188}},
    {10274,6,3,{226,140,136}}, {10280,5,1,{123}}, {10285,4,2,{208,187}},
    {10289,5,3,{226,164,182}}, {10294,6,3,{226,128,156}},
    {10300,7,3,{226,128,158}}, {10307,8,3,{226,165,167}},
    {10315,9,3,{226,165,139}}, {10324,5,3,{226,134,178}},
    {10329,3,3,{226,137,164}}, {10332,10,3,{226,134,144}},
    {10342,14,3,{226,134,162}}, {10356,16,3,{226,134,189}},
    {10372,14,3,{226,134,188}}, {10386,15,3,{226,135,135}},
    {10401,15,3,{226,134,148}}, {10416,16,3,{226,135,134}},
    {10432,18,3,{226,135,139}}, {10450,20,3,{226,134,173}},
    {10470,15,3,{226,139,139}}, {10485,4,3,{226,139,154}},
    {10489,4,3,{226,137,164}}, {10493,5,3,{226,137,166}},
    {10498,9,3,{226,169,189}}, {10507,4,3,{226,169,189}},
    {10511,6,3,{226,170,168}}, {10517,7,3,{226,169,191}},
    {10524,8,3,{226,170,129}}, {10532,9,3,{226,170,131}},
    {10541,5,6,{226,139,154,239,184,128}}, {10546,7,3,{226,170,147}},
    {10553,11,3,{226,170,133}}, {10564,8,3,{226,139,150}},
    {10572,10,3,{226,139,154}}, {10582,11,3,{226,170,139}},
    {10593,8,3,{226,137,182}}, {10601,8,3,{226,137,178}},
    {10609,7,3,{226,165,188}}, {10616,7,3,{226,140,138}},
    {10623,4,4,{240,157,148,169}}, {10627,3,3,{226,137,182}},
    {10630,4,3,{226,170,145}}, {10634,6,3,{226,134,189}},
    {10640,6,3,{226,134,188}}, {10646,7,3,{226,165,170}},
    {10653,6,3,{226,150,132}}, {10659,5,2,{209,153}}, {10664,3,3,{226,137,170}},
    {10667,6,3,{226,135,135}}, {10673,9,3,{226,140,158}},
    {10682,7,3,{226,165,171}}, {10689,6,3,{226,151,186}}, {10695,7,2,{197,128}},
    {10702,7,3,{226,142,176}}, {10709,11,3,{226,142,176}},
    {10720,4,3,{226,137,168}}, {10724,5,3,{226,170,137}},
    {10729,9,3,{226,170,137}}, {10738,4,3,{226,170,135}},
    {10742,5,3,{226,170,135}}, {10747,6,3,{226,137,168}},
    {10753,6,3,{226,139,166}}, {10759,6,3,{226,159,172}},
    {10765,6,3,{226,135,189}}, {10771,6,3,{226,159,166}},
    {10777,14,3,{226,159,181}}, {10791,19,3,{226,159,183}},
    {10810,11,3,{226,159,188}}, {10821,15,3,{226,159,182}},
    {10836,14,3,{226,134,171}}, {10850,15,3,{226,134,172}},
    {10865,6,3,{226,166,133}}, {10871,5,4,{240,157,149,157}},
    {10876,7,3,{226,168,173}}, {10883,8,3,{226,168,180}},
    {10891,7,3,{226,136,151}}, {10898,7,1,{95}}, {10905,4,3,{226,151,138}},
    {10909,8,3,{226,151,138}}, {10917,5,3,{226,167,171}}, {10922,5,1,{40}},
    {10927,7,3,{226,166,147}}, {10934,6,3,{226,135,134}},
    {10940,9,3,{226,140,159}}, {10949,6,3,{226,135,139}},
    {10955,7,3,{226,165,173}}, {10962,4,3,{226,128,142}},
    {10966,6,3,{226,138,191}}, {10972,7,3,{226,128,185}},
    {10979,5,4,{240,157,147,129}}, {10984,4,3,{226,134,176}},
    {10988,5,3,{226,137,178}}, {10993,6,3,{226,170,141}},
    {10999,6,3,{226,170,143}}, {11005,5,1,{91}}, {11010,6,3,{226,128,152}},
    {11016,7,3,{226,128,154}}, {11023,7,2,{197,130}}, {11030,2,1,{60}},
    {11032,3,1,{60}}, {11035,5,3,{226,170,166}}, {11040,6,3,{226,169,185}},
    {11046,6,3,{226,139,150}}, {11052,7,3,{226,139,139}},
    {11059,7,3,{226,139,137}}, {11066,7,3,{226,165,182}},
    {11073,8,3,{226,169,187}}, {11081,7,3,{226,166,150}},
    {11088,5,3,{226,151,131}}, {11093,6,3,{226,138,180}},
    {11099,6,3,{226,151,130}}, {11105,9,3,{226,165,138}},
    {11114,8,3,{226,165,166}}, {11122,10,6,{226,137,168,239,184,128}},
    {11132,5,6,{226,137,168,239,184,128}}, {11137,6,3,{226,136,186}},
    {11143,4,2,{194,175}}, {11147,5,2,{194,175}}, {11152,5,3,{226,153,130}},
    {11157,5,3,{226,156,160}}, {11162,8,3,{226,156,160}},
    {11170,4,3,{226,134,166}}, {11174,7,3,{226,134,166}},
    {11181,11,3,{226,134,167}}, {11192,11,3,{226,134,164}},
    {11203,9,3,{226,134,165}}, {11212,7,3,{226,150,174}},
    {11219,7,3,{226,168,169}}, {11226,4,2,{208,188}}, {11230,6,3,{226,128,148}},
    {11236,14,3,{226,136,161}}, {11250,4,4,{240,157,148,170}},
    {11254,4,3,{226,132,167}}, {11258,5,2,{194,181}}, {11263,6,2,{194,181}},
    {11269,4,3,{226,136,163}}, {11273,7,1,{42}}, {11280,7,3,{226,171,176}},
    {11287,6,2,{194,183}}, {11293,7,2,{194,183}}, {11300,6,3,{226,136,146}},
    {11306,7,3,{226,138,159}}, {11313,7,3,{226,136,184}},
    {11320,8,3,{226,168,170}}, {11328,5,3,{226,171,155}},
    {11333,5,3,{226,128,166}}, {11338,7,3,{226,136,147}},
    {11345,7,3,{226,138,167}}, {11352,5,4,{240,157,149,158}},
    {11357,3,3,{226,136,147}}, {11360,5,4,{240,157,147,130}},
    {11365,7,3,{226,136,190}}, {11372,3,2,{206,188}}, {11375,9,3,{226,138,184}},
    {11384,6,3,{226,138,184}}, {11390,4,5,{226,139,153,204,184}},
    {11394,4,6,{226,137,171,226,131,146}}, {11398,5,5,{226,137,171,204,184}},
    {11403,11,3,{226,135,141}}, {11414,16,3,{226,135,142}},
    {11430,4,5,{226,139,152,204,184}}, {11434,4,6,{226,137,170,226,131,146}},
    {11438,5,5,{226,137,170,204,184}}, {11443,12,3,{226,135,143}},
    {11455,7,3,{226,138,175}}, {11462,7,3,{226,138,174}},
    {11469,6,3,{226,136,135}}, {11475,7,2,{197,132}},
    {11482,5,6,{226,136,160,226,131,146}}, {11487,4,3,{226,137,137}},
    {11491,5,5,{226,169,176,204,184}}, {11496,6,5,{226,137,139,204,184}},
    {11502,6,2,{197,137}}, {11508,8,3,{226,137,137}}, {11516,6,3,{226,153,174}},
    {11522,8,3,{226,153,174}}, {11530,9,3,{226,132,149}}, {11539,4,2,{194,160}},
    {11543,5,2,{194,160}}, {11548,6,5,{226,137,142,204,184}},
    {11554,7,5,{226,137,143,204,184}}, {11561,5,3,{226,169,131}},
    {11566,7,2,{197,136}}, {11573,7,2,{197,134}}, {11580,6,3,{226,137,135}},
    {11586,9,5,{226,169,173,204,184}}, {11595,5,3,{226,169,130}},
    {11600,4,2,{208,189}}, {11604,6,3,{226,128,147}}, {11610,3,3,{226,137,160}},
    {11613,6,3,{226,135,151}}, {11619,7,3,{226,164,164}},
    {11626,6,3,{226,134,151}}, {11632,8,3,{226,134,151}},
    {11640,6,5,{226,137,144,204,184}}, {11646,7,3,{226,137,162}},
    {11653,7,3,{226,164,168}}, {11660,6,5,{226,137,130,204,184}},
    {11666,7,3,{226,136,132}}, {11673,8,3,{226,136,132}},
    {11681,4,4,{240,157,148,171}}, {11685,4,5,{226,137,167,204,184}},
    {11689,4,3,{226,137,177}}, {11693,5,3,{226,137,177}},
    {11698,6,5,{226,137,167,204,184}}, {11704,10,5,{226,169,190,204,184}},
    {11714,5,5,{226,169,190,204,184}}, {11719,6,3,{226,137,181}},
    {11725,4,3,{226,137,175}}, {11729,5,3,{226,137,175}},
    {11734,6,3,{226,135,142}}, {11740,6,3,{226,134,174}},
    {11746,6,3,{226,171,178}}, {11752,3,3,{226,136,139}},
    {11755,4,3,{226,139,188}}, {11759,5,3,{226,139,186}},
    {11764,4,3,{226,136,139}}, {11768,5,2,{209,154}}, {11773,6,3,{226,135,141}},
    {11779,4,5,{226,137,166,204,184}}, {11783,6,3,{226,134,154}},
    {11789,5,3,{226,128,165}}, {11794,4,3,{226,137,176}},
    {11798,11,3,{226,134,154}}, {11809,16,3,{226,134,174}},
    {11825,5,3,{226,137,176}}, {11830,6,5,{226,137,166,204,184}},
    {11836,10,5,{226,169,189,204,184}}, {11846,5,5,{226,169,189,204,184}},
    {11851,6,3,{226,137,174}}, {11857,6,3,{226,137,180}},
    {11863,4,3,{226,137,174}}, {11867,6,3,{226,139,170}},
    {11873,7,3,{226,139,172}}, {11880,5,3,{226,136,164}},
    {11885,5,4,{240,157,149,159}}, {11890,3,2,{194,172}}, {11893,4,2,{194,172}},
    {11897,6,3,{226,136,137}}, {11903,7,5,{226,139,185,204,184}},
    {11910,9,5,{226,139,181,204,184}}, {11919,8,3,{226,136,137}},
    {11927,8,3,{226,139,183}}, {11935,8,3,{226,139,182}},
    {11943,6,3,{226,136,140}}, {11949,8,3,{226,136,140}},
    {11957,8,3,{226,139,190}}, {11965,8,3,{226,139,189}},
    {11973,5,3,{226,136,166}}, {11978,10,3,{226,136,166}},
    {11988,7,6,{226,171,189,226,131,165}}, {11995,6,5,{226,136,130,204,184}},
    {12001,8,3,{226,168,148}}, {12009,4,3,{226,138,128}},
    {12013,7,3,{226,139,160}}, {12020,5,5,{226,170,175,204,184}},
    {12025,6,3,{226,138,128}}, {12031,8,5,{226,170,175,204,184}},
    {12039,6,3,{226,135,143}}, {12045,6,3,{226,134,155}},
    {12051,7,5,{226,164,179,204,184}}, {12058,7,5,{226,134,157,204,184}},
    {12065,12,3,{226,134,155}}, {12077,6,3,{226,139,171}},
    {12083,7,3,{226,139,173}}, {12090,4,3,{226,138,129}},
    {12094,7,3,{226,139,161}}, {12101,5,5,{226,170,176,204,184}},
    {12106,5,4,{240,157,147,131}}, {12111,10,3,{226,136,164}},
    {12121,15,3,{226,136,166}}, {12136,5,3,{226,137,129}},
    {12141,6,3,{226,137,132}}, {12147,7,3,{226,137,132}},
    {12154,6,3,{226,136,164}}, {12160,6,3,{226,136,166}},
    {12166,8,3,{226,139,162}}, {12174,8,3,{226,139,163}},
    {12182,5,3,{226,138,132}}, {12187,6,5,{226,171,133,204,184}},
    {12193,6,3,{226,138,136}}, {12199,8,6,{226,138,130,226,131,146}},
    {12207,10,3,{226,138,136}}, {12217,11,5,{226,171,133,204,184}},
    {12228,6,3,{226,138,129}}, {12234,8,5,{226,170,176,204,184}},
    {12242,5,3,{226,138,133}}, {12247,6,5,{226,171,134,204,184}},
    {12253,6,3,{226,138,137}}, {12259,8,6,{226,138,131,226,131,146}},
    {12267,10,3,{226,138,137}}, {12277,11,5,{226,171,134,204,184}},
    {12288,5,3,{226,137,185}}, {12293,6,2,{195,177}}, {12299,7,2,{195,177}},
    {12306,5,3,{226,137,184}}, {12311,14,3,{226,139,170}},
    {12325,16,3,{226,139,172}}, {12341,15,3,{226,139,171}},
    {12356,17,3,{226,139,173}}, {12373,3,2,{206,189}}, {12376,4,1,{35}},
    {12380,7,3,{226,132,150}}, {12387,6,3,{226,128,135}},
    {12393,7,3,{226,138,173}}, {12400,7,3,{226,164,132}},
    {12407,5,6,{226,137,141,226,131,146}}, {12412,7,3,{226,138,172}},
    {12419,5,6,{226,137,165,226,131,146}}, {12424,5,4,{62,226,131,146}},
    {12429,8,3,{226,167,158}}, {12437,7,3,{226,164,130}},
    {12444,5,6,{226,137,164,226,131,146}}, {12449,5,4,{60,226,131,146}},
    {12454,8,6,{226,138,180,226,131,146}}, {12462,7,3,{226,164,131}},
    {12469,8,6,{226,138,181,226,131,146}},
    {12477,6,6,{226,136,188,226,131,146}}, {12483,6,3,{226,135,150}},
    {12489,7,3,{226,164,163}}, {12496,6,3,{226,134,150}},
    {12502,8,3,{226,134,150}}, {12510,7,3,{226,164,167}},
    {12517,3,3,{226,147,136}}, {12520,6,2,{195,179}}, {12526,7,2,{195,179}},
    {12533,5,3,{226,138,155}}, {12538,5,3,{226,138,154}}, {12543,5,2,{195,180}},
    {12548,6,2,{195,180}}, {12554,4,2,{208,190}}, {12558,6,3,{226,138,157}},
    {12564,7,2,{197,145}}, {12571,5,3,{226,168,184}}, {12576,5,3,{226,138,153}},
    {12581,7,3,{226,166,188}}, {12588,6,2,{197,147}}, {12594,6,3,{226,166,191}},
    {12600,4,4,{240,157,148,172}}, {12604,5,2,{203,155}}, {12609,6,2,{195,178}},
    {12615,7,2,{195,178}}, {12622,4,3,{226,167,129}}, {12626,6,3,{226,166,181}},
    {12632,4,2,{206,169}}, {12636,5,3,{226,136,174}}, {12641,6,3,{226,134,186}},
    {12647,6,3,{226,166,190}}, {12653,8,3,{226,166,187}},
    {12661,6,3,{226,128,190}}, {12667,4,3,{226,167,128}}, {12671,6,2,{197,141}},
    {12677,6,2,{207,137}}, {12683,8,2,{206,191}}, {12691,5,3,{226,166,182}},
    {12696,7,3,{226,138,150}}, {12703,5,4,{240,157,149,160}},
    {12708,5,3,{226,166,183}}, {12713,6,3,{226,166,185}},
    {12719,6,3,{226,138,149}}, {12725,3,3,{226,136,168}},
    {12728,6,3,{226,134,187}}, {12734,4,3,{226,169,157}},
    {12738,6,3,{226,132,180}}, {12744,8,3,{226,132,180}}, {12752,4,2,{194,170}},
    {12756,5,2,{194,170}}, {12761,4,2,{194,186}}, {12765,5,2,{194,186}},
    {12770,7,3,{226,138,182}}, {12777,5,3,{226,169,150}},
    {12782,8,3,{226,169,151}}, {12790,4,3,{226,169,155}},
    {12794,5,3,{226,132,180}}, {12799,6,2,{195,184}}, {12805,7,2,{195,184}},
    {12812,5,3,{226,138,152}}, {12817,6,2,{195,181}}, {12823,7,2,{195,181}},
    {12830,7,3,{226,138,151}}, {12837,9,3,{226,168,182}}, {12846,4,2,{195,182}},
    {12850,5,2,{195,182}}, {12855,6,3,{226,140,189}}, {12861,4,3,{226,136,165}},
    {12865,4,2,{194,182}}, {12869,5,2,{194,182}}, {12874,9,3,{226,136,165}},
    {12883,7,3,{226,171,179}}, {12890,6,3,{226,171,189}},
    {12896,5,3,{226,136,130}}, {12901,4,2,{208,191}}, {12905,7,1,{37}},
    {12912,7,1,{46}}, {12919,7,3,{226,128,176}}, {12926,5,3,{226,138,165}},
    {12931,8,3,{226,128,177}}, {12939,4,4,{240,157,148,173}},
    {12943,4,2,{207,134}}, {12947,5,2,{207,149}}, {12952,7,3,{226,132,179}},
    {12959,6,3,{226,152,142}}, {12965,3,2,{207,128}},
    {12968,10,3,{226,139,148}}, {12978,4,2,{207,150}},
    {12982,7,3,{226,132,143}}, {12989,8,3,{226,132,142}},
    {12997,7,3,{226,132,143}}, {13004,5,1,{43}}, {13009,9,3,{226,168,163}},
    {13018,6,3,{226,138,158}}, {13024,8,3,{226,168,162}},
    {13032,7,3,{226,136,148}}, {13039,7,3,{226,168,165}},
    {13046,6,3,{226,169,178}}, {13052,6,2,{194,177}}, {13058,7,2,{194,177}},
    {13065,8,3,{226,168,166}}, {13073,8,3,{226,168,167}}, {13081,3,2,{194,177}},
    {13084,9,3,{226,168,149}}, {13093,5,4,{240,157,149,161}},
    {13098,5,2,{194,163}}, {13103,6,2,{194,163}}, {13109,3,3,{226,137,186}},
    {13112,4,3,{226,170,179}}, {13116,5,3,{226,170,183}},
    {13121,6,3,{226,137,188}}, {13127,4,3,{226,170,175}},
    {13131,5,3,{226,137,186}}, {13136,11,3,{226,170,183}},
    {13147,12,3,{226,137,188}}, {13159,7,3,{226,170,175}},
    {13166,12,3,{226,170,185}}, {13178,9,3,{226,170,181}},
    {13187,9,3,{226,139,168}}, {13196,8,3,{226,137,190}},
    {13204,6,3,{226,128,178}}, {13210,7,3,{226,132,153}},
    {13217,5,3,{226,170,181}}, {13222,6,3,{226,170,185}},
    {13228,7,3,{226,139,168}}, {13235,5,3,{226,136,143}},
    {13240,9,3,{226,140,174}}, {13249,9,3,{226,140,146}},
    {13258,9,3,{226,140,147}}, {13267,5,3,{226,136,157}},
    {13272,7,3,{226,136,157}}, {13279,6,3,{226,137,190}},
    {13285,7,3,{226,138,176}}, {13292,5,4,{240,157,147,133}},
    {13297,4,2,{207,136}}, {13301,7,3,{226,128,136}},
    {13308,4,4,{240,157,148,174}}, {13312,5,3,{226,168,140}},
    {13317,5,4,{240,157,149,162}}, {13322,7,3,{226,129,151}},
    {13329,5,4,{240,157,147,134}}, {13334,12,3,{226,132,141}},
    {13346,8,3,{226,168,150}}, {13354,6,1,{63}}, {13360,8,3,{226,137,159}},
    {13368,4,1,{34}}, {13372,5,1,{34}}, {13377,6,3,{226,135,155}},
    {13383,5,3,{226,135,146}}, {13388,7,3,{226,164,156}},
    {13395,6,3,{226,164,143}}, {13401,5,3,{226,165,164}},
    {13406,5,5,{226,136,189,204,177}}, {13411,7,2,{197,149}},
    {13418,6,3,{226,136,154}}, {13424,9,3,{226,166,179}},
    {13433,5,3,{226,159,169}}, {13438,6,3,{226,166,146}},
    {13444,6,3,{226,166,165}}, {13450,7,3,{226,159,169}}, {13457,5,2,{194,187}},
    {13462,6,2,{194,187}}, {13468,5,3,{226,134,146}}, {13473,7,3,{226,165,181}},
    {13480,6,3,{226,135,165}}, {13486,8,3,{226,164,160}},
    {13494,6,3,{226,164,179}}, {13500,7,3,{226,164,158}},
    {13507,7,3,{226,134,170}}, {13514,7,3,{226,134,172}},
    {13521,7,3,{226,165,133}}, {13528,8,3,{226,165,180}},
    {13536,7,3,{226,134,163}}, {13543,6,3,{226,134,157}},
    {13549,7,3,{226,164,154}}, {13556,6,3,{226,136,182}},
    {13562,10,3,{226,132,154}}, {13572,6,3,{226,164,141}},
    {13578,6,3,{226,157,179}}, {13584,7,1,{125}}, {13591,7,1,{93}},
    {13598,6,3,{226,166,140}}, {13604,8,3,{226,166,142}},
    {13612,8,3,{226,166,144}}, {13620,7,2,{197,153}}, {13627,7,2,{197,151}},
    {13634,6,3,{226,140,137}}, {13640,5,1,{125}}, {13645,4,2,{209,128}},
    {13649,5,3,{226,164,183}}, {13654,8,3,{226,165,169}},
    {13662,6,3,{226,128,157}}, {13668,7,3,{226,128,157}},
    {13675,5,3,{226,134,179}}, {13680,5,3,{226,132,156}},
    {13685,8,3,{226,132,155}}, {13693,9,3,{226,132,156}},
    {13702,6,3,{226,132,157}}, {13708,5,3,{226,150,173}}, {13713,3,2,{194,174}},
    {13716,4,2,{194,174}}, {13720,7,3,{226,165,189}}, {13727,7,3,{226,140,139}},
    {13734,4,4,{240,157,148,175}}, {13738,6,3,{226,135,129}},
    {13744,6,3,{226,135,128}}, {13750,7,3,{226,165,172}}, {13757,4,2,{207,129}},
    {13761,5,2,{207,177}}, {13766,11,3,{226,134,146}},
    {13777,15,3,{226,134,163}}, {13792,17,3,{226,135,129}},
    {13809,15,3,{226,135,128}}, {13824,16,3,{226,135,132}},
    {13840,18,3,{226,135,140}}, {13858,17,3,{226,135,137}},
    {13875,16,3,{226,134,157}}, {13891,16,3,{226,139,140}},
    {13907,5,2,{203,154}}, {13912,13,3,{226,137,147}},
    {13925,6,3,{226,135,132}}, {13931,6,3,{226,135,140}},
    {13937,4,3,{226,128,143}}, {13941,7,3,{226,142,177}},
    {13948,11,3,{226,142,177}}, {13959,6,3,{226,171,174}},
    {13965,6,3,{226,159,173}}, {13971,6,3,{226,135,190}},
    {13977,6,3,{226,159,167}}, {13983,6,3,{226,166,134}},
    {13989,5,4,{240,157,149,163}}, {13994,7,3,{226,168,174}},
    {14001,8,3,{226,168,181}}, {14009,5,1,{41}}, {14014,7,3,{226,166,148}},
    {14021,9,3,{226,168,146}}, {14030,6,3,{226,135,137}},
    {14036,7,3,{226,128,186}}, {14043,5,4,{240,157,147,135}},
    {14048,4,3,{226,134,177}}, {14052,5,1,{93}}, {14057,6,3,{226,128,153}},
    {14063,7,3,{226,128,153}}, {14070,7,3,{226,139,140}},
    {14077,7,3,{226,139,138}}, {14084,5,3,{226,150,185}},
    {14089,6,3,{226,138,181}}, {14095,6,3,{226,150,184}},
    {14101,9,3,{226,167,142}}, {14110,8,3,{226,165,168}},
    {14118,3,3,{226,132,158}}, {14121,7,2,{197,155}}, {14128,6,3,{226,128,154}},
    {14134,3,3,{226,137,187}}, {14137,4,3,{226,170,180}},
    {14141,5,3,{226,170,184}}, {14146,7,2,{197,161}}, {14153,6,3,{226,137,189}},
    {14159,4,3,{226,170,176}}, {14163,7,2,{197,159}}, {14170,6,2,{197,157}},
    {14176,5,3,{226,170,182}}, {14181,6,3,{226,170,186}},
    {14187,7,3,{226,139,169}}, {14194,9,3,{226,168,147}},
    {14203,6,3,{226,137,191}}, {14209,4,2,{209,129}}, {14213,5,3,{226,139,133}},
    {14218,6,3,{226,138,161}}, {14224,6,3,{226,169,166}},
    {14230,6,3,{226,135,152}}, {14236,7,3,{226,164,165}},
    {14243,6,3,{226,134,152}}, {14249,8,3,{226,134,152}}, {14257,4,2,{194,167}},
    {14261,5,2,{194,167}}, {14266,5,1,{59}}, {14271,7,3,{226,164,169}},
    {14278,9,3,{226,136,150}}, {14287,6,3,{226,136,150}},
    {14293,5,3,{226,156,182}}, {14298,4,4,{240,157,148,176}},
    {14302,7,3,{226,140,162}}, {14309,6,3,{226,153,175}}, {14315,7,2,{209,137}},
    {14322,5,2,{209,136}}, {14327,9,3,{226,136,163}},
    {14336,14,3,{226,136,165}}, {14350,3,2,{194,173}}, {14353,4,2,{194,173}},
    {14357,6,2,{207,131}}, {14363,7,2,{207,130}}, {14370,7,2,{207,130}},
    {14377,4,3,{226,136,188}}, {14381,7,3,{226,169,170}},
    {14388,5,3,{226,137,131}}, {14393,6,3,{226,137,131}},
    {14399,5,3,{226,170,158}}, {14404,6,3,{226,170,160}},
    {14410,5,3,{226,170,157}}, {14415,6,3,{226,170,159}},
    {14421,6,3,{226,137,134}}, {14427,8,3,{226,168,164}},
    {14435,8,3,{226,165,178}}, {14443,6,3,{226,134,144}},
    {14449,14,3,{226,136,150}}, {14463,7,3,{226,168,179}},
    {14470,9,3,{226,167,164}}, {14479,5,3,{226,136,163}},
    {14484,6,3,{226,140,163}}, {14490,4,3,{226,170,170}},
    {14494,5,3,{226,170,172}}, {14499,6,6,{226,170,172,239,184,128}},
    {14505,7,2,{209,140}}, {14512,4,1,{47}}, {14516,5,3,{226,167,132}},
    {14521,7,3,{226,140,191}}, {14528,5,4,{240,157,149,164}},
    {14533,7,3,{226,153,160}}, {14540,10,3,{226,153,160}},
    {14550,5,3,{226,136,165}}, {14555,6,3,{226,138,147}},
    {14561,7,6,{226,138,147,239,184,128}}, {14568,6,3,{226,138,148}},
    {14574,7,6,{226,138,148,239,184,128}}, {14581,6,3,{226,138,143}},
    {14587,7,3,{226,138,145}}, {14594,9,3,{226,138,143}},
    {14603,11,3,{226,138,145}}, {14614,6,3,{226,138,144}},
    {14620,7,3,{226,138,146}}, {14627,9,3,{226,138,144}},
    {14636,11,3,{226,138,146}}, {14647,4,3,{226,150,161}},
    {14651,7,3,{226,150,161}}, {14658,7,3,{226,150,170}},
    {14665,5,3,{226,150,170}}, {14670,6,3,{226,134,146}},
    {14676,5,4,{240,157,147,136}}, {14681,7,3,{226,136,150}},
    {14688,7,3,{226,140,163}}, {14695,7,3,{226,139,134}},
    {14702,5,3,{226,152,134}}, {14707,6,3,{226,152,133}},
    {14713,16,2,{207,181}}, {14729,12,2,{207,149}}, {14741,6,2,{194,175}},
    {14747,4,3,{226,138,130}}, {14751,5,3,{226,171,133}},
    {14756,7,3,{226,170,189}}, {14763,5,3,{226,138,134}},
    {14768,8,3,{226,171,131}}, {14776,8,3,{226,171,129}},
    {14784,6,3,{226,171,139}}, {14790,6,3,{226,138,138}},
    {14796,8,3,{226,170,191}}, {14804,8,3,{226,165,185}},
    {14812,7,3,{226,138,130}}, {14819,9,3,{226,138,134}},
    {14828,10,3,{226,171,133}}, {14838,10,3,{226,138,138}},
    {14848,11,3,{226,171,139}}, {14859,7,3,{226,171,135}},
    {14866,7,3,{226,171,149}}, {14873,7,3,{226,171,147}},
    {14880,5,3,{226,137,187}}, {14885,11,3,{226,170,184}},
    {14896,12,3,{226,137,189}}, {14908,7,3,{226,170,176}},
    {14915,12,3,{226,170,186}}, {14927,9,3,{226,170,182}},
    {14936,9,3,{226,139,169}}, {14945,8,3,{226,137,191}},
    {14953,4,3,{226,136,145}}, {14957,5,3,{226,153,170}}, {14962,4,2,{194,185}},
    {14966,5,2,{194,185}}, {14971,4,2,{194,178}}, {14975,5,2,{194,178}},
    {14980,4,2,{194,179}}, {14984,5,2,{194,179}}, {14989,4,3,{226,138,131}},
    {14993,5,3,{226,171,134}}, {14998,7,3,{226,170,190}},
    {15005,8,3,{226,171,152}}, {15013,5,3,{226,138,135}},
    {15018,8,3,{226,171,132}}, {15026,8,3,{226,159,137}},
    {15034,8,3,{226,171,151}}, {15042,8,3,{226,165,187}},
    {15050,8,3,{226,171,130}}, {15058,6,3,{226,171,140}},
    {15064,6,3,{226,138,139}}, {15070,8,3,{226,171,128}},
    {15078,7,3,{226,138,131}}, {15085,9,3,{226,138,135}},
    {15094,10,3,{226,171,134}}, {15104,10,3,{226,138,139}},
    {15114,11,3,{226,171,140}}, {15125,7,3,{226,171,136}},
    {15132,7,3,{226,171,148}}, {15139,7,3,{226,171,150}},
    {15146,6,3,{226,135,153}}, {15152,7,3,{226,164,166}},
    {15159,6,3,{226,134,153}}, {15165,8,3,{226,134,153}},
    {15173,7,3,{226,164,170}}, {15180,5,2,{195,159}}, {15185,6,2,{195,159}},
    {15191,7,3,{226,140,150}}, {15198,4,2,{207,132}}, {15202,5,3,{226,142,180}},
    {15207,7,2,{197,165}}, {15214,7,2,{197,163}}, {15221,4,2,{209,130}},
    {15225,5,3,{226,131,155}}, {15230,7,3,{226,140,149}},
    {15237,4,4,{240,157,148,177}}, {15241,7,3,{226,136,180}},
    {15248,10,3,{226,136,180}}, {15258,6,2,{206,184}}, {15264,9,2,{207,145}},
    {15273,7,2,{207,145}}, {15280,12,3,{226,137,136}},
    {15292,9,3,{226,136,188}}, {15301,7,3,{226,128,137}},
    {15308,6,3,{226,137,136}}, {15314,7,3,{226,136,188}}, {15321,5,2,{195,190}},
    {15326,6,2,{195,190}}, {15332,6,2,{203,156}}, {15338,5,2,{195,151}},
    {15343,6,2,{195,151}}, {15349,7,3,{226,138,160}}, {15356,9,3,{226,168,177}},
    {15365,7,3,{226,168,176}}, {15372,5,3,{226,136,173}},
    {15377,5,3,{226,164,168}}, {15382,4,3,{226,138,164}},
    {15386,7,3,{226,140,182}}, {15393,7,3,{226,171,177}},
    {15400,5,4,{240,157,149,165}}, {15405,8,3,{226,171,154}},
    {15413,5,3,{226,164,169}}, {15418,7,3,{226,128,180}},
    {15425,6,3,{226,132,162}}, {15431,9,3,{226,150,181}},
    {15440,13,3,{226,150,191}}, {15453,13,3,{226,151,131}},
    {15466,15,3,{226,138,180}}, {15481,10,3,{226,137,156}},
    {15491,14,3,{226,150,185}}, {15505,16,3,{226,138,181}},
    {15521,7,3,{226,151,172}}, {15528,5,3,{226,137,156}},
    {15533,9,3,{226,168,186}}, {15542,8,3,{226,168,185}},
    {15550,6,3,{226,167,141}}, {15556,8,3,{226,168,187}},
    {15564,9,3,{226,143,162}}, {15573,5,4,{240,157,147,137}},
    {15578,5,2,{209,134}}, {15583,6,2,{209,155}}, {15589,7,2,{197,167}},
    {15596,6,3,{226,137,172}}, {15602,17,3,{226,134,158}},
    {15619,18,3,{226,134,160}}, {15637,5,3,{226,135,145}},
    {15642,5,3,{226,165,163}}, {15647,6,2,{195,186}}, {15653,7,2,{195,186}},
    {15660,5,3,{226,134,145}}, {15665,6,2,{209,158}}, {15671,7,2,{197,173}},
    {15678,5,2,{195,187}}, {15683,6,2,{195,187}}, {15689,4,2,{209,131}},
    {15693,6,3,{226,135,133}}, {15699,7,2,{197,177}}, {15706,6,3,{226,165,174}},
    {15712,7,3,{226,165,190}}, {15719,4,4,{240,157,148,178}},
    {15723,6,2,{195,185}}, {15729,7,2,{195,185}}, {15736,6,3,{226,134,191}},
    {15742,6,3,{226,134,190}}, {15748,6,3,{226,150,128}},
    {15754,7,3,{226,140,156}}, {15761,9,3,{226,140,156}},
    {15770,7,3,{226,140,143}}, {15777,6,3,{226,151,184}}, {15783,6,2,{197,171}},
    {15789,3,2,{194,168}}, {15792,4,2,{194,168}}, {15796,6,2,{197,179}},
    {15802,5,4,{240,157,149,166}}, {15807,8,3,{226,134,145}},
    {15815,12,3,{226,134,149}}, {15827,14,3,{226,134,191}},
    {15841,15,3,{226,134,190}}, {15856,6,3,{226,138,142}},
    {15862,5,2,{207,133}}, {15867,6,2,{207,146}}, {15873,8,2,{207,133}},
    {15881,11,3,{226,135,136}}, {15892,7,3,{226,140,157}},
    {15899,9,3,{226,140,157}}, {15908,7,3,{226,140,142}}, {15915,6,2,{197,175}},
    {15921,6,3,{226,151,185}}, {15927,5,4,{240,157,147,138}},
    {15932,6,3,{226,139,176}}, {15938,7,2,{197,169}}, {15945,5,3,{226,150,181}},
    {15950,6,3,{226,150,180}}, {15956,6,3,{226,135,136}}, {15962,4,2,{195,188}},
    {15966,5,2,{195,188}}, {15971,8,3,{226,166,167}}, {15979,5,3,{226,135,149}},
    {15984,5,3,{226,171,168}}, {15989,6,3,{226,171,169}},
    {15995,6,3,{226,138,168}}, {16001,7,3,{226,166,156}},
    {16008,11,2,{207,181}}, {16019,9,2,{207,176}}, {16028,11,3,{226,136,133}},
    {16039,7,2,{207,149}}, {16046,6,2,{207,150}}, {16052,10,3,{226,136,157}},
    {16062,5,3,{226,134,149}}, {16067,7,2,{207,177}}, {16074,9,2,{207,130}},
    {16083,13,6,{226,138,138,239,184,128}},
    {16096,14,6,{226,171,139,239,184,128}},
    {16110,13,6,{226,138,139,239,184,128}},
    {16123,14,6,{226,171,140,239,184,128}}, {16137,9,2,{207,145}},
    {16146,16,3,{226,138,178}}, {16162,17,3,{226,138,179}},
    {16179,4,2,{208,178}}, {16183,6,3,{226,138,162}}, {16189,4,3,{226,136,168}},
    {16193,7,3,{226,138,187}}, {16200,6,3,{226,137,154}},
    {16206,7,3,{226,139,174}}, {16213,7,1,{124}}, {16220,5,1,{124}},
    {16225,4,4,{240,157,148,179}}, {16229,6,3,{226,138,178}},
    {16235,6,6,{226,138,130,226,131,146}},
    {16241,6,6,{226,138,131,226,131,146}}, {16247,5,4,{240,157,149,167}},
    {16252,6,3,{226,136,157}}, {16258,6,3,{226,138,179}},
    {16264,5,4,{240,157,147,139}}, {16269,7,6,{226,171,139,239,184,128}},
    {16276,7,6,{226,138,138,239,184,128}},
    {16283,7,6,{226,171,140,239,184,128}},
    {16290,7,6,{226,138,139,239,184,128}}, {16297,8,3,{226,166,154}},
    {16305,6,2,{197,181}}, {16311,7,3,{226,169,159}}, {16318,6,3,{226,136,167}},
    {16324,7,3,{226,137,153}}, {16331,7,3,{226,132,152}},
    {16338,4,4,{240,157,148,180}}, {16342,5,4,{240,157,149,168}},
    {16347,3,3,{226,132,152}}, {16350,3,3,{226,137,128}},
    {16353,7,3,{226,137,128}}, {16360,5,4,{240,157,147,140}},
    {16365,5,3,{226,139,130}}, {16370,6,3,{226,151,175}},
    {16376,5,3,{226,139,131}}, {16381,6,3,{226,150,189}},
    {16387,4,4,{240,157,148,181}}, {16391,6,3,{226,159,186}},
    {16397,6,3,{226,159,183}}, {16403,3,2,{206,190}}, {16406,6,3,{226,159,184}},
    {16412,6,3,{226,159,181}}, {16418,5,3,{226,159,188}},
    {16423,5,3,{226,139,187}}, {16428,6,3,{226,168,128}},
    {16434,5,4,{240,157,149,169}}, {16439,7,3,{226,168,129}},
    {16446,7,3,{226,168,130}}, {16453,6,3,{226,159,185}},
    {16459,6,3,{226,159,182}}, {16465,5,4,{240,157,147,141}},
    {16470,7,3,{226,168,134}}, {16477,7,3,{226,168,132}},
    {16484,6,3,{226,150,179}}, {16490,5,3,{226,139,129}},
    {16495,7,3,{226,139,128}}, {16502,6,2,{195,189}}, {16508,7,2,{195,189}},
    {16515,5,2,{209,143}}, {16520,6,2,{197,183}}, {16526,4,2,{209,139}},
    {16530,3,2,{194,165}}, {16533,4,2,{194,165}}, {16537,4,4,{240,157,148,182}},
    {16541,5,2,{209,151}}, {16546,5,4,{240,157,149,170}},
    {16551,5,4,{240,157,147,142}}, {16556,5,2,{209,142}}, {16561,4,2,{195,191}},
    {16565,5,2,{195,191}}, {16570,7,2,{197,186}}, {16577,7,2,{197,190}},
    {16584,4,2,{208,183}}, {16588,5,2,{197,188}}, {16593,7,3,{226,132,168}},
    {16600,5,2,{206,182}}, {16605,4,4,{240,157,148,183}}, {16609,5,2,{208,182}},
    {16614,8,3,{226,135,157}}, {16622,5,4,{240,157,149,171}},
    {16627,5,4,{240,157,147,143}}, {16632,4,3,{226,128,141}},
    {16636,5,3,{226,128,140}},
};
