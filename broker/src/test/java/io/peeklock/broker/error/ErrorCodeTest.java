/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever gets a code finds what to do. */
class ErrorCodeTest {

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void isExplained(ErrorCode code) throws IOException {
        String semantics = Files.readString(Path.of("..", "docs", "semantics.md"));
        String errors = semantics.substring(semantics.indexOf("## Errors"), semantics.indexOf("## Which partition"));
        assertThat(errors).contains("`" + code + "`");
    }
}
