/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peeklock.broker.BranchXid;
import io.peeklock.broker.PreparedBranch;
import io.peeklock.broker.Settlement;
import io.peeklock.journal.RecordBody;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a prepared part looks like in the journal, for ever. */
@Tag("X5")
class BranchRecordTest {
    private static final BranchXid XID = new BranchXid(0x11, new byte[] {1, 2}, new byte[] {3});
    private static final UUID ID = new UUID(0x0102030405060708L, 0x090a0b0c0d0e0f10L);

    private static final String TEXT = "0102030405060708" + "090a0b0c0d0e0f10" // id
            + "00000004" // coordinator
            + "00" // state
            + "00000000000003e8" // prepared
            + "02" + "0102" + "01" + "03" + "00000011" // xid
            + "00000002" + "00000005" + "00000006" // participants
            + "00000005" // settlements
            + "0000000000000007" + "00" // complete
            + "0000000000000008" + "01" + "0000000000000064" + "00000000" // abandon
            + "0000000000000009" + "02" + "00000000" // defer
            + "000000000000000a" + "03" + "00000001" + "52" + "ffffffff" + "00000000" // dead-letter
            + "000000000000000b" + "04" // release
            + "00000002" // sends
            + "000000000000000c" + "000000000000000d" + "000000000000000e" + "000000000000000f" + "07"
            + "00000001" + "6b" + "00000002" + "6964" // its id
            + "00000001" + "0000000000000010" + "7fffffffffffffff" // its copies
            + "000000000000000c" + "0000000000000000" + "0000000000000000" + "0000000000000000" + "00"
            + "00000000" // without copies
            + "00000002" // states
            + "0000000000000012" + "00000001" + "73" + "00000002" + "0304"
            + "0000000000000012" + "00000001" + "74" + "ffffffff";

    private static BranchRecord record() {
        Map<Long, Settlement> settlements = new LinkedHashMap<>();
        settlements.put(7L, Settlement.COMPLETE);
        settlements.put(8L, new Settlement.Abandon(Map.of(), 100));
        settlements.put(9L, Settlement.DEFER);
        settlements.put(10L, new Settlement.DeadLetter("R", null, Map.of()));
        settlements.put(11L, Settlement.RELEASE);
        return new BranchRecord(
                new PreparedPart(ID, 4, XID, List.of(5, 6)),
                PreparedBranch.State.PREPARED,
                1_000,
                settlements,
                List.of(
                        new BranchRecord.Send(
                                12,
                                13,
                                14,
                                15,
                                true,
                                new SeenId.Key("k", "id"),
                                true,
                                List.of(new BranchRecord.Copy(16, Long.MAX_VALUE))),
                        new BranchRecord.Send(12, 0, 0, 0, false, null, false, List.of())),
                List.of(new BranchRecord.State(18, "s", new byte[] {3, 4}), new BranchRecord.State(18, "t", null)));
    }

    private static byte[] bytes(RecordBody body) {
        ByteBuffer bytes = ByteBuffer.allocate(body.encodedBytes());
        body.encodeTo(bytes);
        return bytes.array();
    }

    private static String hex(BranchRecord record) {
        return HexFormat.of().formatHex(BranchText.encode(record));
    }

    @Test
    void hasTheseBytes() {
        assertThat(hex(record())).isEqualTo(TEXT);
        List<RecordBody> bodies = record().bodies();
        assertThat(bodies).hasSize(1);
        assertThat(HexFormat.of().formatHex(bytes(bodies.get(0))))
                .isEqualTo("01" + "00000000" + "00000001" + TEXT); // version, piece 0 of 1
    }

    @Test
    void isReadAsItWasWritten() {
        BranchRecord read = BranchText.decode(ByteBuffer.wrap(HexFormat.of().parseHex(TEXT)));
        assertThat(read.part()).isEqualTo(record().part());
        assertThat(read.settlements()).isEqualTo(record().settlements());
        assertThat(read.sends()).isEqualTo(record().sends());
        assertThat(hex(read)).isEqualTo(TEXT);
    }

    @Test
    void keepsPropertiesOfEverySettlementThatHasThem() {
        Map<String, Object> properties = Map.of("a", 1, "b", "two");
        Map<Long, Settlement> settlements = Map.of(
                1L, new Settlement.Abandon(properties, 0),
                2L, new Settlement.Defer(properties),
                3L, new Settlement.DeadLetter(null, "why", properties));
        BranchRecord written = new BranchRecord(
                new PreparedPart(ID, 4, null, List.of()),
                PreparedBranch.State.HEURISTICALLY_ROLLED_BACK,
                5,
                settlements,
                List.of(),
                List.of());
        assertThat(BranchText.decode(ByteBuffer.wrap(BranchText.encode(written))))
                .isEqualTo(written);
    }

    @Test
    void isInPiecesIfItIsLarge() {
        BranchRecord large = new BranchRecord(
                new PreparedPart(ID, 4, XID, List.of()),
                PreparedBranch.State.PREPARED,
                1,
                Map.of(),
                List.of(),
                List.of(new BranchRecord.State(1, "s", new byte[300_000])));
        List<RecordBody> bodies = large.bodies();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int i = 0; i < bodies.size(); i++) {
            byte[] body = bytes(bodies.get(i));
            assertThat(body.length).isLessThanOrEqualTo(BranchRecord.PIECE_BYTES + 9);
            BranchRecord.Piece piece = BranchRecord.decode(ByteBuffer.wrap(body));
            assertThat(List.of(piece.number(), piece.pieces())).containsExactly(i, 3);
            text.writeBytes(piece.bytes());
        }
        assertThat(text.toByteArray()).isEqualTo(BranchText.encode(large));
    }

    @Test
    void ofANewerVersionIsRefused() {
        assertThatThrownBy(() -> BranchRecord.decode(ByteBuffer.wrap(new byte[] {2, 0})))
                .hasMessageContaining("version 2");
    }

    @Test
    void withMoreBehindItIsRefused() {
        byte[] more = HexFormat.of().parseHex(TEXT + "00");
        assertThatThrownBy(() -> BranchText.decode(ByteBuffer.wrap(more))).hasMessageContaining("1 bytes");
    }

    @Test
    void isDescribedWithoutWhatApplicationsWrote() {
        ByteBuffer body = ByteBuffer.wrap(bytes(record().bodies().get(0)));
        assertThat(new BusRecordDescriber().describe(RecordKind.BRANCH.id(), body))
                .contains(
                        ID.toString(),
                        XID.toString(),
                        "partition 4",
                        "PREPARED",
                        "5 messages settled, 2 sent, 2 states")
                .doesNotContain("id\"");
    }
}
