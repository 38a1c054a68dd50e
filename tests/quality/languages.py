# ruff: noqa: E501 - whole paragraphs, many scripts
"""One paragraph in each of many languages, about the same thing."""

TEXTS = {
    "en": "Sourdough bread rises with the help of wild yeast. Feed the starter every day with flour and water, "
    "wait until it has doubled, and bake the loaf in a hot oven.",
    "de": "Sauerteigbrot geht mit Hilfe wilder Hefen auf. Füttere den Ansatz jeden Tag mit Mehl und Wasser, "
    "warte, bis er sich verdoppelt hat, und backe das Brot in einem heißen Ofen.",
    "fr": "Le pain au levain lève grâce à des levures sauvages. Nourris le levain chaque jour avec de la farine "
    "et de l'eau, attends qu'il double de volume et cuis le pain dans un four chaud.",
    "es": "El pan de masa madre sube con ayuda de levaduras silvestres. Alimenta la masa cada día con harina y "
    "agua, espera a que doble su tamaño y hornea el pan en un horno caliente.",
    "it": "Il pane a lievitazione naturale cresce grazie ai lieviti selvatici. Nutri la pasta madre ogni giorno "
    "con farina e acqua, aspetta che raddoppi e cuoci il pane nel forno caldo.",
    "pt": "O pão de fermentação natural cresce com a ajuda de leveduras selvagens. Alimente o fermento todos os "
    "dias com farinha e água, espere até dobrar e asse o pão em forno quente.",
    "nl": "Zuurdesembrood rijst met behulp van wilde gisten. Voed de starter elke dag met meel en water, wacht "
    "tot hij verdubbeld is en bak het brood in een hete oven.",
    "sv": "Surdegsbröd jäser med hjälp av vildjäst. Mata surdegen varje dag med mjöl och vatten, vänta tills "
    "den har fördubblats och grädda brödet i en varm ugn.",
    "da": "Surdejsbrød hæver ved hjælp af vildgær. Fodr surdejen hver dag med mel og vand, vent til den er "
    "fordoblet, og bag brødet i en varm ovn.",
    "nb": "Surdeigsbrød hever ved hjelp av villgjær. Mat surdeigen hver dag med mel og vann, vent til den har "
    "doblet seg, og stek brødet i en varm ovn.",
    "fi": "Hapanleipä kohoaa villihiivan avulla. Ruoki juurta joka päivä jauhoilla ja vedellä, odota kunnes se "
    "on kaksinkertaistunut, ja paista leipä kuumassa uunissa.",
    "pl": "Chleb na zakwasie rośnie dzięki dzikim drożdżom. Karm zakwas codziennie mąką i wodą, poczekaj, aż "
    "podwoi objętość, i upiecz chleb w gorącym piecu.",
    "cs": "Kváskový chléb kyne díky divokým kvasinkám. Krmte kvásek každý den moukou a vodou, počkejte, až "
    "zdvojnásobí objem, a upečte chléb v horké troubě.",
    "hu": "A kovászos kenyér vad élesztőgombák segítségével kel meg. Etesd a kovászt minden nap liszttel és "
    "vízzel, várd meg, amíg a duplájára nő, és süsd meg a kenyeret forró sütőben.",
    "ro": "Pâinea cu maia crește cu ajutorul drojdiilor sălbatice. Hrănește maiaua în fiecare zi cu făină și "
    "apă, așteaptă până își dublează volumul și coace pâinea în cuptorul fierbinte.",
    "tr": "Ekşi mayalı ekmek yabani mayaların yardımıyla kabarır. Mayayı her gün un ve suyla besleyin, iki "
    "katına çıkana kadar bekleyin ve ekmeği sıcak fırında pişirin.",
    "id": "Roti penghuni pertama mengembang dengan bantuan ragi liar. Beri makan ragi setiap hari dengan tepung "
    "dan air, tunggu sampai mengembang dua kali lipat, lalu panggang roti dalam oven panas.",
    "vi": "Bánh mì men chua nở nhờ nấm men hoang dã. Hãy cho men ăn bột và nước mỗi ngày, chờ đến khi nó nở gấp "
    "đôi, rồi nướng bánh trong lò nóng.",
    "sw": "Mkate wa chachu ya asili huumuka kwa msaada wa hamira ya mwituni. Lisha chachu kila siku kwa unga na "
    "maji, subiri hadi iongezeke mara mbili, kisha oka mkate katika tanuri ya moto.",
    "ca": "El pa de massa mare puja amb l'ajuda de llevats salvatges. Alimenta la massa cada dia amb farina i "
    "aigua, espera que dobli la mida i cou el pa en un forn calent.",
    "ru": "Хлеб на закваске поднимается благодаря диким дрожжам. Подкармливайте закваску каждый день мукой и "
    "водой, подождите, пока она удвоится, и испеките хлеб в горячей духовке.",
    "uk": "Хліб на заквасці піднімається завдяки диким дріжджам. Підгодовуйте закваску щодня борошном і водою, "
    "зачекайте, поки вона подвоїться, і спечіть хліб у гарячій духовці.",
    "bg": "Хлябът с квас втасва с помощта на диви дрожди. Хранете кваса всеки ден с брашно и вода, изчакайте да "
    "удвои обема си и изпечете хляба в гореща фурна.",
    "sr": "Хлеб са киселим тестом расте уз помоћ дивљег квасца. Храните стартер сваког дана брашном и водом, "
    "сачекајте да се удвостручи и испеците хлеб у врелој рерни.",
    "el": "Το ψωμί με προζύμι φουσκώνει με τη βοήθεια άγριων ζυμών. Τάιζε το προζύμι κάθε μέρα με αλεύρι και νερό, "
    "περίμενε να διπλασιαστεί και ψήσε το ψωμί σε ζεστό φούρνο.",
    "ar": "يرتفع خبز العجين المخمر بمساعدة الخميرة البرية. أطعم الخميرة كل يوم بالدقيق والماء، وانتظر حتى يتضاعف "
    "حجمها، ثم اخبز الرغيف في فرن ساخن.",
    "fa": "نان خمیرترش با کمک مخمرهای وحشی ور می‌آید. هر روز به خمیرترش آرد و آب بدهید، صبر کنید تا حجم آن دو برابر "
    "شود و نان را در فر داغ بپزید.",
    "he": "לחם מחמצת תופח בעזרת שמרי בר. האכילו את המחמצת כל יום בקמח ובמים, חכו עד שהיא תכפיל את נפחה ואפו את הלחם "
    "בתנור חם.",
    "hi": "खट्टे आटे की रोटी जंगली खमीर की मदद से फूलती है। स्टार्टर को हर दिन आटा और पानी दें, उसके दोगुना होने तक प्रतीक्षा करें "
    "और रोटी को गर्म ओवन में पकाएँ।",
    "bn": "টক ময়দার রুটি বুনো ইস্টের সাহায্যে ফুলে ওঠে। প্রতিদিন স্টার্টারকে ময়দা ও পানি দিন, দ্বিগুণ হওয়া পর্যন্ত অপেক্ষা করুন "
    "এবং গরম ওভেনে রুটি বেক করুন।",
    "ta": "புளித்த மாவு ரொட்டி காட்டு ஈஸ்டின் உதவியால் உப்புகிறது. தினமும் மாவும் தண்ணீரும் கொடுத்து, அது இரட்டிப்பாகும் வரை காத்திருந்து, "
    "சூடான அடுப்பில் ரொட்டியைச் சுடவும்.",
    "th": "ขนมปังซาวโดว์ขึ้นฟูด้วยยีสต์ธรรมชาติ ให้อาหารหัวเชื้อทุกวันด้วยแป้งและน้ำ รอจนกว่าจะขยายตัวเป็นสองเท่า แล้วอบขนมปังในเตาอบร้อน",
    "zh": "天然酵母面包靠野生酵母发酵膨胀。每天用面粉和水喂养酵种，等它的体积增加一倍，再把面团放进高温烤箱里烘烤，出炉后放凉再切。",
    "zh-Hant": "天然酵母麵包靠野生酵母發酵膨脹。每天用麵粉和水餵養酵種，等它的體積增加一倍，再把麵團放進高溫烤箱裡烘烤，出爐後放涼再切。",
    "ja": "サワードウブレッドは野生酵母の力で膨らみます。毎日小麦粉と水を与え、二倍に膨らむまで待ってから、熱いオーブンでパンを焼きます。",
    "ko": "사워도우 빵은 야생 효모의 도움으로 부풀어 오릅니다. 매일 밀가루와 물을 주고 두 배로 부풀 때까지 기다린 다음 뜨거운 오븐에서 빵을 굽습니다.",
    "ka": "საფუარიანი პური ველური საფუარის დახმარებით ამოდის. ყოველდღე მიეცით ფქვილი და წყალი და გამოაცხვეთ ცხელ ღუმელში.",
}
