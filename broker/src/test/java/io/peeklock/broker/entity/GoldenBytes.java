/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import static org.assertj.core.api.Assertions.assertThat;

import io.peeklock.broker.message.MalformedContentException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Values and the bytes that they are on disk, never to be changed, and what tests of all of them ask.
 *
 * <p>Immutable; any thread.
 *
 * @param byHex the values by their bytes
 */
record GoldenBytes<T>(Map<String, T> byHex, Function<T, byte[]> encode, Function<ByteBuffer, T> decode) {

    void requireWritten() {
        byHex.forEach((hex, value) ->
                assertThat(HexFormat.of().formatHex(encode.apply(value))).isEqualTo(hex));
    }

    void requireRead() {
        byHex.forEach((hex, value) -> assertThat(
                        decode.apply(ByteBuffer.wrap(HexFormat.of().parseHex(hex))))
                .isEqualTo(value));
    }

    /** Reads them with bytes changed, cut off and added; what is refused is looked at. */
    void damage(Consumer<MalformedContentException> refusals) {
        for (String hex : byHex.keySet()) {
            byte[] bytes = HexFormat.of().parseHex(hex);
            for (int at = 0; at < bytes.length; at++) {
                for (int flip : List.of(1, 0x80, 0xFF)) {
                    byte[] damaged = bytes.clone();
                    damaged[at] ^= (byte) flip;
                    decodeOrRefuse(damaged, refusals);
                }
                decodeOrRefuse(Arrays.copyOf(bytes, at), refusals);
            }
            decodeOrRefuse(Arrays.copyOf(bytes, bytes.length + 1), refusals);
        }
    }

    private void decodeOrRefuse(byte[] bytes, Consumer<MalformedContentException> refusals) {
        try {
            assertThat(decode.apply(ByteBuffer.wrap(bytes))).isNotNull();
        } catch (MalformedContentException e) {
            refusals.accept(e);
        }
    }
}
