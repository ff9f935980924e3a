//! Saved detail pages.

use super::super::dataset::{Layout, Modality};
use super::super::detail::{id_in_name, parse_detail};

const PAGE: &str = r##"<!DOCTYPE html>
<html lang="ko"><head><meta charset="utf-8"><title>가상 항구 대화 | AI-Hub</title>
<meta property="og:title" content="AI-Hub"><meta property="og:url" content="https://aihub.example/view.do?x=1&amp;dataSetSn=901">
<style>.a:before { content: "조회수 : 1" }</style></head><body>
<header><h1><a href="/">AI-Hub</a></h1><ul><li><a href="/view.do?dataSetSn=55">다른 가상</a></li></ul></header>
<div class="top">
 <h3>가상 항구 대화 <span>NEW</span><span>BETA</span></h3>
 <p>#자연어 <a href="#t">#가상 항구</a></p>
 <ul class="info"><li><span>분야</span> <em>교통·물류</em></li><li><span>유형</span> <em>오디오 , 텍스트</em></li></ul>
 <p>구축년도 : 2021 갱신년월 : 2023-05 조회수 : 12,345 다운로드 : <b>678</b> 용량 : 1.5 GB</p>
 <button>다운로드</button><a href="/down/sample.do?dataSetSn=901">샘플 데이터</a>
 <p>※ 내국인만 데이터 신청이 가능합니다.</p>
</div>
<script>document.write("<p>구축년도 : 1999</p>");</script>
<h4>데이터 변경이력</h4>
<table><thead><tr><th>버전</th><th>일자</th><th>변경내용</th><th>비고</th></tr></thead><tbody>
 <tr><td>1.1</td><td>2023-05-02</td><td>라벨 수정</td><td></td></tr>
 <tr><td>1.0</td><td>2022-07-01</td><td>최초 개방</td><td>베타</td></tr></tbody></table>
<h4>메타데이터 구조표</h4>
<table>
 <tr><th>데이터 영역</th><td>옛 영역</td><th>데이터 유형</th><td>텍스트</td></tr>
 <tr><th>데이터 형식</th><td>txt, wav</td><th>데이터 출처</th><td>직접 <b>녹음</b></td></tr>
 <tr><th>라벨링 유형</th><td>질의응답(텍스트)</td><th>라벨링 형식</th><td>JSON</td></tr>
 <tr><th>데이터 활용 서비스</th><td>가상 안내</td><th>구축년도/<br>데이터 구축량</th><td>2021년/1,000 문장</td></tr>
</table>
<table><tr><th>구분</th><th>속성명</th><th>타입</th><th>필수여부</th><th>설명</th></tr>
 <tr><td rowspan="2">1</td><td>id</td><td>string</td><td>Y</td><td>번호</td></tr>
 <tr><td>turns</td><td>array</td><td>N</td><td>말차례</td></tr></table>
<dl><dt>수행기관(주관)</dt><dd>가상 기관</dd></dl>
</body></html>"##;

#[test]
fn whole_page() {
    let page = parse_detail(PAGE.as_bytes(), Some("999"));
    assert_eq!((page.id.as_deref(), page.title.as_deref()), (Some("901"), Some("가상 항구 대화")));
    let facts = &page.facts;
    assert_eq!((facts.field.as_deref(), facts.build_year), (Some("교통물류"), Some(2021)));
    assert_eq!(facts.modalities, [Modality::Audio, Modality::Text]);
    assert_eq!(facts.updated.map(|date| date.to_string()).as_deref(), Some("2023-05"));
    assert_eq!((facts.views, facts.downloads), (Some(12_345), Some(678)));
    assert_eq!(facts.bytes.map(|size| size.value), Some(3 << 29));
    assert_eq!(facts.tags, ["자연어", "가상 항구"]);
    assert_eq!(facts.formats, ["txt", "wav", "json"]);
    assert_eq!(facts.label_type.as_deref(), Some("질의응답(텍스트)"));
    assert_eq!(facts.quantity.as_deref(), Some("2021년/1,000 문장"));
    assert_eq!(facts.builder.as_deref(), Some("가상 기관"));
    assert_eq!(facts.terms.as_deref(), Some("※ 내국인만 데이터 신청이 가능합니다."));
    assert_eq!((page.nationals_only, page.badges.as_slice()), (Some(true), &["NEW".to_owned(), "BETA".to_owned()][..]));
    assert_eq!((page.origin.as_deref(), page.service.as_deref()), (Some("직접 녹음"), Some("가상 안내")));
    assert_eq!(page.sample.as_deref(), Some("/down/sample.do?dataSetSn=901"));
    let versions: Vec<_> = page.versions.iter().map(|it| (it.version.as_str(), it.date.as_deref())).collect();
    assert_eq!(versions, [("1.1", Some("2023-05-02")), ("1.0", Some("2022-07-01"))]);
    let fields: Vec<_> = page.fields.iter().map(|it| (it.name.as_str(), it.data_type.as_deref())).collect();
    assert_eq!(fields, [("id", Some("string")), ("turns", Some("array"))]);
    assert_eq!(page.remarks, []);
    let import = page.into_import();
    assert!(import.is_balanced() && import.items.len() == 1);
}

#[test]
fn other_arrangements() {
    // The same facts as plain text, one a line, as browsers save it.
    let text =
        "AI-Hub\n데이터명 : 가상 산길\n분야\n농축수산\n유형 : 이미지\n조회수\n12\n다운로드\n구축량 : 2022년/10 장\n";
    let page = parse_detail(text.as_bytes(), Some("902"));
    let facts = &page.facts;
    assert_eq!((page.id.as_deref(), page.title.as_deref()), (Some("902"), Some("가상 산길")));
    assert_eq!((facts.field.as_deref(), facts.views, facts.downloads), (Some("농축수산"), Some(12), None));
    assert_eq!((facts.build_year, facts.quantity.as_deref()), (Some(2022), Some("2022년/10 장")));
    // Headers above their values.
    let table = "<h2>가상 표</h2><input name=dataSetSn value=' 903 '><table><tr><th>분야</th><th>유형</th><th>구축년도</th></tr>\
                 <tr><td>금융</td><td>텍스트</td><td>2020년</td></tr></table>";
    let facts = parse_detail(table.as_bytes(), None).facts;
    assert_eq!((facts.id.as_str(), facts.title.as_str()), ("903", "가상 표"));
    assert_eq!((facts.field.as_deref(), facts.build_year, facts.layout), (Some("금융"), Some(2020), None::<Layout>));
}

#[test]
fn damaged_pages() {
    let cut = PAGE.get(..PAGE.find("<h4>메타").unwrap()).unwrap();
    let page = parse_detail(cut.as_bytes(), None);
    assert_eq!((page.id.as_deref(), page.facts.views, page.facts.label_type), (Some("901"), Some(12_345), None));
    let (cp949, _, _) = encoding_rs::EUC_KR.encode(PAGE);
    assert_eq!(parse_detail(&cp949, None).facts, parse_detail(PAGE.as_bytes(), None).facts);
    let odd =
        "<h3>가상</h3><p>구축년도 : 이천년</p><p>조회수 : 약 3천</p><table><tr><th>용량</th><td>많음</td></tr></table>";
    let page = parse_detail(odd.as_bytes(), Some("7"));
    let places: Vec<String> = page.remarks.iter().map(|remark| remark.place.to_string()).collect();
    assert_eq!(places, ["fact 'build_year'", "fact 'views'", "fact 'bytes'"]);
    for text in
        ["", "<html></html>", "페이지가 존재하지 않습니다.", "<a href='?dataSetSn=1'></a><a href='?dataSetSn=2'></a>"]
    {
        let import = parse_detail(text.as_bytes(), None).into_import();
        assert_eq!((import.items.len(), import.problems[0].code), (0, "MISSING"), "{text}");
        assert!(import.is_balanced());
    }
}

#[test]
fn names_of_saved_pages() {
    for (name, id) in [
        ("577.html", Some("577")),
        ("view.do?currMenu=115&topMenu=100&dataSetSn=71343.htm", Some("71343")),
        ("AI-Hub 00577.html", Some("577")),
        ("가상.html", None),
        ("1-577.html", None),
        ("20230501123456.html", None),
    ] {
        assert_eq!(id_in_name(name).as_deref(), id, "{name}");
    }
}
