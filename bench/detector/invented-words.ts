/** The vocabulary of invented functions and statements. */
export const NOUNS =
  'account address alias archive asset audit badge balance basket batch bearer bucket budget bundle buyer cable cache canvas carrier catalog channel charge claim client cluster column comment contact contract coupon courier course credit currency cursor customer deal delivery deposit device digest discount document domain draft driver edge endpoint episode event expense export factor feature feed field filter fleet folder forecast frame gateway grant guest handle header holder host image import index intake interest invoice item journal journey kernel label layer lead ledger lesson letter license limit listing locale locker loan log mail manifest margin market member merchant meter metric mission module monitor mount note notice offer option order outlet owner package panel parcel partner passage patch payment period permit phase plan player policy pool portal post price profile project quota quote range rate reader receipt record refund region relay release report request reserve review reward role room route rule salary sample schedule scope score seat segment seller sensor series session shard shift shipment signal site slot snapshot source stage station stock store stream survey switch table target task tax team tenant theme thread ticket tier token tour track trade trail transfer trial unit update user vault vendor version view visit voucher wallet warehouse window worker zone'.split(
    ' ',
  )
export const VERBS =
  'accept adjust admit allocate apply approve archive arrange assemble assess assign attach audit balance bind block book build calculate cancel capture charge check claim clean close collect combine commit compare compile compose compute confirm convert copy count create credit debit decode deduct defer deliver deny derive detach detect dispatch divide drain emit encode enrich ensure estimate evaluate expand expire export extend extract fetch filter flush fold forward freeze gather grant group hold import index infer inspect issue join label limit link list load lock lookup map mark match measure merge migrate mount move normalize notify offer open order pack parse patch pause pick place plan poll post prepare price print process promote prune publish pull purge push query queue quote rank rate read rebuild receive reconcile record redeem reduce refund register reject release relocate remove rename render renew repair replace report request reserve reset resolve restore resume retry revoke rotate route sample save scale scan schedule score select send settle shift ship sign skip sort split stage start store submit sum suspend swap sync tag throttle trace track transfer trim unlock unpack update upload validate verify visit void weigh withdraw wrap'.split(
    ' ',
  )
export const FIELDS =
  'id name kind state amount total price rate count weight height currency region created expires owner parent label score level priority quantity email phone city country zip status reason version checksum offset length retries timeout enabled visible'.split(
    ' ',
  )
export const WORDS =
  'active closed pending overdue unknown default primary backup north south east west daily weekly monthly urgent normal low high draft final paid open shipped returned'.split(
    ' ',
  )
