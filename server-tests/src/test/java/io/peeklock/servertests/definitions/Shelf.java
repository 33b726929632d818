/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.servertests.definitions;

import jakarta.ejb.Stateless;
import jakarta.resource.AdministeredObjectDefinition;
import jakarta.resource.ConnectionFactoryDefinition;
import jakarta.resource.spi.TransactionSupport.TransactionSupportLevel;

/** What an application defines of an adapter that the server knows nothing more of. A bean of the server. */
@Stateless
@ConnectionFactoryDefinition(
        name = "java:app/jms/store",
        interfaceName = "jakarta.jms.ConnectionFactory",
        resourceAdapter = "bare",
        transactionSupport = TransactionSupportLevel.XATransaction,
        properties = "url=peeklock:mem:definitions")
@AdministeredObjectDefinition(
        name = "java:app/jms/shelf",
        interfaceName = "jakarta.jms.Queue",
        className = "io.peeklock.ra.AdministeredQueue",
        resourceAdapter = "bare",
        properties = "physicalName=shelf")
public class Shelf {}
