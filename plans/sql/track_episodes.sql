/* @plan
name: track_episodes
title:
  ko: 객체 추적 라벨 → 시각-언어-행동 에피소드
  en: Object tracks -> vision-language-action episodes
tags: [physical, vla, tracking]
version: 1

sources:
  # One row a clip. Two shapes of labels:
  #  - nested: one JSON document a frame, boxes in a list, the clip is the folder;
  #  - flat: tracking text without a header (frame,id,left,top,width,height,conf,x,y,z), one line a box, the clip is the
  #    file. Its columns are taken by position, so the first ten fields below keep this order.
  # A record with `boxes` is nested, one without is a box itself.
  labels:
    files: "**/*.zip"
    members: ["**/*.json", "**/gt.txt"]
    records: "$"
    group: folder
    order_by: [member]
    schema:
      frame:   { type: int, aliases: [frame_index, frame_no, frame_id, FRAME_NO], alternatives: [string] }
      id:      { type: int, aliases: [track_id, object_id, instance_id], alternatives: [string] }
      x:       { type: float, aliases: [left, bb_left, xmin, x1], alternatives: [string] }
      y:       { type: float, aliases: [top, bb_top, ymin, y1], alternatives: [string] }
      w:       { type: float, aliases: [bb_width, box_width], alternatives: [string] }
      h:       { type: float, aliases: [bb_height, box_height], alternatives: [string] }
      conf:    { type: float, aliases: [confidence, score], alternatives: [string] }
      world_x: { type: float, alternatives: [string] }
      world_y: { type: float, alternatives: [string] }
      world_z: { type: float, alternatives: [string] }
      x2:      { type: float, aliases: [right, xmax], alternatives: [string] }
      y2:      { type: float, aliases: [bottom, ymax], alternatives: [string] }
      class:   { type: string, aliases: [class_name, category, category_name, label] }
      width:   { type: float, aliases: [image_width, img_w, WIDTH], alternatives: [string] }
      height:  { type: float, aliases: [image_height, img_h, HEIGHT], alternatives: [string] }
      fps:     { type: float, aliases: [frame_rate, FPS], alternatives: [string] }
      camera:  { type: string, aliases: [camera_id, camera_name] }
      boxes:
        type: list<struct>
        aliases: [annotations, objects, ANNOTATION_INFO]
        fields:
          id:    { type: int, aliases: [track_id, object_id, instance_id, ID], alternatives: [string] }
          class: { type: string, aliases: [class_name, category, category_name, label, CATEGORY_NAME] }
          x:     { type: float, aliases: [left, xmin, x1], alternatives: [string] }
          y:     { type: float, aliases: [top, ymin, y1], alternatives: [string] }
          w:     { type: float, aliases: [width], alternatives: [string] }
          h:     { type: float, aliases: [height], alternatives: [string] }
          x2:    { type: float, aliases: [right, xmax], alternatives: [string] }
          y2:    { type: float, aliases: [bottom, ymax], alternatives: [string] }
          bbox:  { type: list<float> }
          conf:  { type: float, aliases: [confidence, score], alternatives: [string] }

params:
  fps:             { type: float,  default: 0.0 }        # frames a second wanted; 0: as labelled; else exact decimation
  source_fps:      { type: float,  default: 0.0 }        # where the label has none
  image_width:     { type: float,  default: 0.0 }        # pixels, where the label has none; 0: extent of the boxes
  image_height:    { type: float,  default: 0.0 }
  camera:          { type: string, default: "unknown" }  # static, moving, unknown: motion is stated for static only
  box_format:      { type: string, default: "xywh" }     # xywh, xyxy
  default_class:   { type: string, default: "" }         # of boxes without a class, e.g. person
  min_confidence:  { type: float,  default: -1.0 }
  max_gap:         { type: int,    default: 0 }          # frames to bridge; 0: a third of a second
  hold:            { type: int,    default: 0 }          # frames that a state must hold; 0: half a second
  min_seconds:     { type: float,  default: 1.0 }
  margin:          { type: float,  default: 0.05 }       # shares of the image width from here on
  reach:           { type: float,  default: 0.05 }
  swap_band:       { type: float,  default: 0.02 }
  speed_on:        { type: float,  default: 0.4 }        # own sizes a second
  speed_off:       { type: float,  default: 0.15 }
  co_cosine:       { type: float,  default: 0.9 }
  co_offset:       { type: float,  default: 0.05 }
  enter_share:     { type: float,  default: 0.5 }
  goal_share:      { type: float,  default: 0.8 }
  actor_classes:   { type: string, default: "" }         # beside hands, grippers and tools; separated by commas
  max_pair_tracks: { type: int,    default: 16 }

outputs:
  episodes: { mode: append, key: [] }

columns:
  episode_id: { checks: [unique, not_null] }

tests:
  - name: one_document_a_frame
    given:
      labels:
        - { frame: 1, width: 640, height: 480, fps: 5, boxes: [{ id: 1, class: person, x: 40, y: 100, w: 60, h: 180 }, { id: 2, class: person, x: 500, y: 100, w: 60, h: 180 }] }
        - { frame: 2, width: 640, height: 480, fps: 5, boxes: [{ id: 1, class: person, x: 80, y: 100, w: 60, h: 180 }, { id: 2, class: person, x: 500, y: 100, w: 60, h: 180 }] }
        - { frame: 3, width: 640, height: 480, fps: 5, boxes: [{ id: 1, class: person, x: 120, y: 100, w: 60, h: 180 }, { id: 2, class: person, x: 500, y: 100, w: 60, h: 180 }] }
        - { frame: 4, width: 640, height: 480, fps: 5, boxes: [{ id: 1, class: person, x: 160, y: 100, w: 60, h: 180 }, { id: 2, class: person, x: 500, y: 100, w: 60, h: 180 }] }
        - { frame: 5, width: 640, height: 480, fps: 5, boxes: [{ id: 1, class: person, x: 200, y: 100, w: 60, h: 180 }, { id: 2, class: person, x: 500, y: 100, w: 60, h: 180 }] }
        - { frame: 6, width: 640, height: 480, fps: 5, boxes: [{ id: 1, class: person, x: 240, y: 100, w: 60, h: 180 }, { id: 2, class: person, x: 500, y: 100, w: 60, h: 180 }] }
    expect:
      episodes: [{ n_frames: 6, fps: 5.0, focus_track: 1, action_kind: object_track_2d, executable: false, tier: A, coord_frame: normalised_by_image }]
  - name: one_line_a_box
    given:
      labels:
        - { frame: 1, id: 7, x: 300, y: 90, w: 50, h: 150, conf: 1 }
        - { frame: 2, id: 7, x: 270, y: 90, w: 50, h: 150, conf: 1 }
        - { frame: 3, id: 7, x: 240, y: 90, w: 50, h: 150, conf: 1 }
        - { frame: 5, id: 7, x: 180, y: 90, w: 50, h: 150, conf: 1 }
        - { frame: 6, id: 7, x: 150, y: 90, w: 50, h: 150, conf: 1 }
        - { frame: 7, id: 7, x: 120, y: 90, w: 50, h: 150, conf: 1 }
    params: { source_fps: 5.0, default_class: person }
    expect:
      episodes: [{ n_frames: 7, fps: 5.0, focus_track: 7, tier: B, coord_frame: normalised_by_extent }]
  - name: without_a_frame_rate_nothing_is_made
    given:
      labels:
        - { frame: 1, id: 7, x: 300, y: 90, w: 50, h: 150 }
        - { frame: 2, id: 7, x: 270, y: 90, w: 50, h: 150 }
    expect:
      episodes: []
@plan */

-- One episode a clip, or the reason why there is none: the sink writes `record` and books `reject`.
CREATE VIEW episodes AS
SELECT vla_episode(
         records,
         named_struct(
           'clip_id',         "group",
           'fps',             $fps,
           'source_fps',      $source_fps,
           'image_width',     $image_width,
           'image_height',    $image_height,
           'camera',          $camera,
           'box_format',      $box_format,
           'default_class',   $default_class,
           'min_confidence',  $min_confidence,
           'max_gap',         $max_gap,
           'hold',            $hold,
           'min_seconds',     $min_seconds,
           'margin',          $margin,
           'reach',           $reach,
           'swap_band',       $swap_band,
           'speed_on',        $speed_on,
           'speed_off',       $speed_off,
           'co_cosine',       $co_cosine,
           'co_offset',       $co_offset,
           'enter_share',     $enter_share,
           'goal_share',      $goal_share,
           'actor_classes',   $actor_classes,
           'max_pair_tracks', $max_pair_tracks),
         _src) AS episode
FROM labels;
